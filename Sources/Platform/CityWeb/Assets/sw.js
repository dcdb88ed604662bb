// The last state stays readable without a network, with its age on top.
// Only pages for all citizens are kept; nothing of staff or of one resident, and nothing that was
// sent in a form.
"use strict";
const OWN = /^\/(staff|my)(\/|$)/;
const VERSION = "{version}";
const PAGES = "pages";
const ASSETS = "assets-" + VERSION;
const PAGES_MAX = 40;
const PATIENCE_MS = 6000;
const FIRST = ["/"];

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.allSettled(FIRST.map(fetchAndKeep)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== PAGES && name !== ASSETS) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/") || url.pathname.startsWith("/vendor/")) {
    event.respondWith(fromAssets(event.request));
  } else if (event.request.mode === "navigate" && !OWN.test(url.pathname)) {
    event.respondWith(fromNetworkThenKept(event.request));
  }
});

async function fromAssets(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(ASSETS)).put(request, answer.clone());
  return answer;
}

async function fromNetworkThenKept(request) {
  const patience = new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE_MS));
  const network = fetchAndKeep(request);
  try {
    return await Promise.race([network, patience]);
  } catch {
    const kept = await keptPage(request);
    // Slow is better than nothing: without a copy, wait for the network after all.
    return kept || network.catch(() => nothingKept());
  }
}

async function fetchAndKeep(request) {
  const answer = await fetch(request);
  const isPage = answer.ok && (answer.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage && !answer.redirected) {
    const headers = new Headers(answer.headers);
    headers.set("X-Kept-At", String(Date.now()));
    const copy = new Response(await answer.clone().blob(), { status: 200, headers });
    const pages = await caches.open(PAGES);
    await pages.put(request, copy);
    const keys = await pages.keys();
    for (const key of keys.slice(0, Math.max(0, keys.length - PAGES_MAX))) await pages.delete(key);
  }
  return answer;
}

async function keptPage(request) {
  const pages = await caches.open(PAGES);
  const kept = (await pages.match(request)) || (await pages.match("/"));
  if (!kept) return null;
  const minutes = Math.max(1, Math.ceil((Date.now() - Number(kept.headers.get("X-Kept-At"))) / 60000));
  const html = (await kept.text()).replace(/<!--offline (.*?) -->/, (_, words) =>
    '<div class="band" id="offline-band" data-stored="1" role="status"><div class="wrap">' +
    words.replace("{minutes}", minutes) + "</div></div>");
  const headers = new Headers(kept.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  return new Response(html, { status: 200, headers });
}

function nothingKept() {
  return new Response(
    '<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>オフライン</title><h1>インターネットにつながっていません</h1><p>このページの控えはありません。<a href="/">最初のページ</a>を開いてください。</p><p lang="en">You are offline and this page was not kept. Open the <a href="/">first page</a>.</p></html>',
    { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
