// "Where I am" for pages whose form takes near=latitude,longitude: <button data-near hidden>. The
// place is cut to about 100 m, stands in the address only and is kept nowhere.
"use strict";
(() => {
  const button = document.querySelector("button[data-near]");
  if (!button || !navigator.geolocation) return;
  const said = document.createElement("output");
  said.className = "small";
  button.after(said);
  button.hidden = false;

  function go({ coords }) {
    const fields = new URLSearchParams(new FormData(button.form));
    fields.delete("town");
    fields.set("near", coords.latitude.toFixed(3) + "," + coords.longitude.toFixed(3));
    location.assign(button.form.action + "?" + fields);
  }

  function fail() {
    button.disabled = false;
    said.textContent = button.dataset.failed;
  }

  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = button.dataset.near;
    navigator.geolocation.getCurrentPosition(go, fail, { timeout: 15000, maximumAge: 60000 });
  });
})();
