// Every page is whole without this file. It keeps an open page fresh:
// fragments marked data-live are exchanged when the city's picture changes, and ages tick.
"use strict";
(() => {
  const lang = document.documentElement.lang;
  // How far this machine's clock is from the server's, learned from each answer.
  let clockOffset = 0;

  const words = {
    ja: { now: "たった今", day: (n) => n + "日前", hour: (n) => n + "時間", min: (n) => n + "分", ago: (s) => s + "前" },
    en: { now: "just now", day: (n) => (n === 1 ? "1 day ago" : n + " days ago"), hour: (n) => n + " h ", min: (n) => n + " min", ago: (s) => s.trim() + " ago" },
    "ja-x-easy": { now: "いま", day: (n) => n + "にち まえ", hour: (n) => n + "じかん ", min: (n) => n + ([2, 5, 7, 9].includes(n % 10) ? "ふん" : "ぷん"), ago: (s) => s.trim() + " まえ" },
  }[lang];

  function age(instant) {
    const minutes = Math.floor((Date.now() + clockOffset - Date.parse(instant)) / 60000);
    if (!(minutes >= 0)) return null; // the future is left as the server said it
    if (minutes < 1) return words.now;
    if (minutes >= 1440) return words.day(Math.floor(minutes / 1440));
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return words.ago((hours ? words.hour(hours) : "") + (rest || !hours ? words.min(rest) : ""));
  }

  // A city that replays a recorded day keeps its own time: its ages are the server's word.
  const isReplay = document.documentElement.dataset.clock === "replay";

  function tick() {
    if (isReplay) return;
    for (const element of document.querySelectorAll("[data-age]")) {
      const text = words && age(element.dataset.age);
      if (text && text !== element.textContent) element.textContent = text;
    }
  }

  // MARK: Fragments

  let isWaiting = false;
  let mayAsk = true;

  function ask(types) {
    const changed = types.split(",");
    const isShown = [...document.querySelectorAll("[data-live]")].some((element) =>
      element.dataset.live.split(/[\s,]+/).some((type) => changed.includes(type)));
    if (!isShown || isWaiting || document.hidden) return;
    isWaiting = true;
    // Thousands of open pages hear the same change: they ask over two seconds, not at once.
    setTimeout(exchange, 200 + Math.random() * 1800);
  }

  async function exchange() {
    isWaiting = false;
    if (!mayAsk) return;
    mayAsk = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const date = Date.parse(answer.headers.get("Date"));
      if (date) clockOffset = date - Date.now();
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live][id]")) {
        const next = fresh.getElementById(old.id);
        // A fragment in which someone is typing or reading by keyboard stays.
        if (!next || old.contains(document.activeElement) || next.isEqualNode(old)) continue;
        next.classList.add("fresh");
        old.replaceWith(document.adoptNode(next));
      }
      document.title = fresh.title;
      showOffline(false);
      tick();
    } catch {
      showOffline(true);
    } finally {
      mayAsk = true;
    }
  }

  function listen() {
    const shown = [...document.querySelectorAll("[data-live]")];
    if (!shown.length || !window.EventSource) return;
    const types = new Set(shown.flatMap((element) => element.dataset.live.split(/[\s,]+/)));
    const events = new EventSource("/events?types=" + [...types].filter(Boolean).join(","));
    events.addEventListener("change", (event) => ask(JSON.parse(event.data).types.join(",")));
    events.addEventListener("reset", () => ask([...types].join(",")));
    addEventListener("pagehide", () => events.close());
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  }

  // MARK: Without a network

  function showOffline(isOffline) {
    let band = document.getElementById("offline-band");
    if (!isOffline) return band && !band.dataset.stored && band.remove();
    if (band) return;
    const marker = [...document.body.childNodes].find((node) => node.nodeType === 8 && node.data.startsWith("offline "));
    if (!marker) return;
    const served = document.documentElement.dataset.served;
    const minutes = Math.max(1, Math.ceil((Date.now() + clockOffset - Date.parse(served)) / 60000)) || 1;
    band = document.createElement("div");
    band.id = "offline-band";
    band.className = "band";
    band.setAttribute("role", "status");
    const line = document.createElement("div");
    line.className = "wrap";
    line.textContent = marker.data.slice(8).trim().replace("{minutes}", minutes);
    band.append(line);
    marker.after(band);
  }

  tick();
  setInterval(tick, 20000);
  listen();
  addEventListener("offline", () => showOffline(true));
  addEventListener("online", exchange);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tick(); exchange(); } });
  if ("serviceWorker" in navigator && !location.pathname.startsWith("/staff")) {
    navigator.serviceWorker.register("/sw.js").catch(() => { /* without it there is no offline copy; the page works */ });
  }
})();
