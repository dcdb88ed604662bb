// The try-out of the developer portal: a form marked data-try is sent as the API call that it
// describes, and the answer is shown beneath it. The key stays in this page's memory only.
"use strict";
(() => {
  const key = document.querySelector("input[data-key]");

  async function send(form) {
    const { method, path } = form.dataset;
    let address = path;
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll("input[name]")) {
      const value = field.value.trim();
      if (field.dataset.part === "path") address = address.replace("{" + field.name + "}", encodeURIComponent(value));
      else if (value) query.set(field.name, value);
    }
    if ([...query].length) address += "?" + query;
    const body = form.querySelector("textarea")?.value;
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (key?.value) headers.Authorization = "Bearer " + key.value.trim();
    const answer = await fetch(address, { method, headers, body });
    const text = await answer.text();
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch { /* not JSON: shown as it came */ }
    const fields = ["ratelimit", "retry-after", "location", "ngsild-results-count"]
      .filter((name) => answer.headers.has(name)).map((name) => name + ": " + answer.headers.get(name));
    return [method + " " + address, answer.status + " " + answer.statusText, ...fields, "", shown.slice(0, 20000)].join("\n");
  }

  for (const form of document.querySelectorAll("form[data-try]")) {
    const button = form.querySelector("button");
    button.hidden = false;
    const output = form.querySelector("output");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        output.textContent = await send(form);
      } catch (error) {
        output.textContent = String(error);
      }
      output.hidden = false;
      button.disabled = false;
    });
  }
})();
