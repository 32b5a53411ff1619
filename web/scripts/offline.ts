// The service worker of the route: without a line the page is shown as it was
// seen last. Nothing else of the workbench is kept on the phone.
interface Waiting extends Event {
  waitUntil(p: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(r: Promise<Response>): void;
}
const worker = self as unknown as {
  addEventListener(kind: "install" | "activate", f: (e: Waiting) => void): void;
  addEventListener(kind: "fetch", f: (e: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};
const kept = "way";
const most = 30; // styles and scripts, of this version and the last ones

worker.addEventListener("install", (e) => e.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (e) => e.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (e) => {
  const { pathname, origin } = new URL(e.request.url);
  if (e.request.method !== "GET" || origin !== location.origin) return;
  if (e.request.mode === "navigate" && pathname === "/work/way") e.respondWith(page(e.request));
  else if (pathname.startsWith("/assets/")) e.respondWith(asset(e.request));
});

async function page(asked: Request): Promise<Response> {
  const cache = await caches.open(kept);
  try {
    const got = await fetch(asked);
    if (got.ok && !got.redirected) await cache.put("/work/way", got.clone());
    return got;
  } catch (e) {
    const old = await cache.match("/work/way");
    if (old) return old;
    throw e;
  }
}

async function asset(asked: Request): Promise<Response> {
  const cache = await caches.open(kept);
  const old = await cache.match(asked);
  if (old) return old;
  const got = await fetch(asked);
  if (got.ok) {
    await cache.put(asked, got.clone());
    const all = (await cache.keys()).filter((r) => r.url.includes("/assets/"));
    for (const r of all.slice(0, Math.max(0, all.length - most))) await cache.delete(r);
  }
  return got;
}
