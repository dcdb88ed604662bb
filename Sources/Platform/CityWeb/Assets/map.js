// Makes a map's picture movable when asked: <div class="map-frame" data-map="URL">. Needs Leaflet.
// Marks are the picture's own drawings; nothing comes from elsewhere; on failure the picture stays.
"use strict";
(() => {
  const words = {
    ja: { move: "地図を動かす", still: "絵の地図にもどす", failed: "読み込めません。絵の地図をごらんください。", open: "くわしく見る", near: "拡大", far: "縮小" },
    en: { move: "Move the map", still: "Back to the picture", failed: "It could not be loaded. The picture is complete.", open: "See details", near: "Zoom in", far: "Zoom out" },
    "ja-x-easy": { move: "ちずを うごかす", still: "えの ちずに もどす", failed: "よみこめません。えの ちずを みてください。", open: "くわしく みる", near: "おおきく", far: "ちいさく" },
  };
  const say = words[document.documentElement.lang] || words.ja;
  const svgName = "http://www.w3.org/2000/svg";
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  // Which maps move and where they look, kept while a live page exchanges its fragments.
  const views = new Map();

  const paths = {
    boundary: { color: "var(--link)", weight: 2, fillColor: "var(--page)", fillOpacity: 1 },
    neighbours: { color: "var(--edge)", weight: 1, dashArray: "7 3 2 3", fill: false },
    water: { color: "var(--river)", weight: 3, fillColor: "var(--river-soft)", fillOpacity: 1 },
  };

  const make = (name, textContent = "", className = "") =>
    Object.assign(document.createElement(name), { textContent, className });

  function drawing(prefix, look) {
    const svg = document.createElementNS(svgName, "svg");
    const facts = { viewBox: "-22 -22 44 44", width: 44, height: 44, "aria-hidden": true };
    for (const name in facts) svg.setAttribute(name, facts[name]);
    const use = document.createElementNS(svgName, "use");
    use.setAttribute("href", "#" + prefix + "-" + look);
    svg.append(use);
    return svg;
  }

  function symbol(feature, place, prefix) {
    const { name, look, state, link } = feature.properties;
    const marker = L.marker(place, {
      icon: L.divIcon({ className: "", html: drawing(prefix, look), iconSize: [44, 44] }),
      title: name + " " + state,
      zIndexOffset: look === "closed" ? -1000 : 0,
    });
    const card = make("div");
    card.append(make("strong", name), make("div", state));
    // Of this site only.
    if (/^(\/(?!\/)|#)/.test(link || "")) {
      const door = make("a", say.open);
      door.href = link;
      card.append(door);
    }
    return marker.bindPopup(card, { autoPanPadding: [16, 16] });
  }

  function town(feature, place) {
    const html = make("span", feature.properties.name, "map-town");
    const icon = L.divIcon({ className: "", html, iconSize: [0, 0] });
    return L.marker(place, { icon, interactive: false, keyboard: false });
  }

  function build(box, answer, prefix, view) {
    const [west, south, east, north] = answer.box;
    const map = L.map(box, {
      zoomControl: false, minZoom: 9, maxZoom: 18, zoomSnap: 0.5,
      fadeAnimation: moves, zoomAnimation: moves, inertia: moves,
    });
    L.control.zoom({ zoomInTitle: say.near, zoomOutTitle: say.far }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.attributionControl.setPrefix("Leaflet").addAttribution(answer.attribution.replace(/[&<>"]/g, ""));
    if (view) map.setView(view.centre, view.zoom);
    else map.fitBounds([[south, west], [north, east]]);
    const towns = L.layerGroup();
    for (const layer of answer.layers) {
      if (layer.style === "towns") {
        L.geoJSON(layer.data, { pointToLayer: town }).addTo(towns);
      } else {
        L.geoJSON(layer.data, {
          style: paths[layer.style], interactive: layer.style === "symbols",
          pointToLayer: (feature, place) => symbol(feature, place, prefix),
        }).addTo(map);
      }
    }
    const showTowns = () => {
      if (map.getZoom() < 13) return towns.remove();
      towns.addTo(map);
      const taken = [];
      for (const name of box.querySelectorAll(".map-town")) {
        const r = name.getBoundingClientRect();
        const hits = taken.some((t) => r.left < t.right && t.left < r.right && r.top < t.bottom && t.top < r.bottom);
        name.style.visibility = hits ? "hidden" : "";
        if (!hits) taken.push(r);
      }
    };
    map.on("zoomend", showTowns);
    showTowns();
    return map;
  }

  function prepare(frame) {
    const picture = frame.querySelector(":scope > svg");
    if (!picture || frame.dataset.ready) return;
    frame.dataset.ready = "yes";
    const address = frame.dataset.map;
    const prefix = picture.getAttribute("aria-labelledby").split("-t ")[0];
    const button = make("button", say.move, "button second");
    const message = make("output", "", "small");
    frame.after(button, message);
    let map, box;

    async function move() {
      button.disabled = true;
      try {
        const content = await (await fetch(address)).json();
        box = make("div", "", "map-box");
        box.setAttribute("role", "application");
        box.setAttribute("aria-label", content.title);
        // Out of sight only: the marks use the pictures' drawings.
        frame.classList.add("moves");
        frame.prepend(box);
        map = build(box, content, prefix, views.get(address));
        const remember = () => views.set(address, { centre: map.getCenter(), zoom: map.getZoom() });
        map.on("moveend", remember);
        remember();
        button.textContent = say.still;
      } catch (error) {
        rest();
        message.textContent = say.failed;
      }
      button.disabled = false;
    }

    function rest() {
      views.delete(address);
      map?.remove();
      box?.remove();
      map = box = undefined;
      frame.classList.remove("moves");
      button.textContent = say.move;
    }

    button.addEventListener("click", () => (map ? rest() : move()));
    if (views.has(address)) move();
  }

  function prepareAll() {
    if (!window.L) return;
    for (const frame of document.querySelectorAll(".map-frame[data-map]")) prepare(frame);
  }

  prepareAll();
  new MutationObserver(prepareAll).observe(document.body, { childList: true, subtree: true });
})();
