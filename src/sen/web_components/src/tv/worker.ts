// The service worker of displays, for /tv/ only: when a page cannot be had because the centre or the network is away, it answers with
// the kept waiting page, which tries again by itself. It keeps that page, its style and its script: no figures, no token.
export {};

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  addEventListener(type: "install" | "activate", listener: (event: Event & { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const scope = self as unknown as WorkerScope;
const KEPT = "sen-tv-1";
const WAITING = "/tv/waiting/";
const FILES = [WAITING, "/static/sen/sen.css", "/static/sen/tv.js"];

async function keep(): Promise<void> {
  const cache = await caches.open(KEPT);
  await Promise.all(FILES.map(async (file) => {
    const answer = await fetch(file, { cache: "reload" });
    if (answer.ok) await cache.put(file, answer);
  }));
}

async function kept(file: string): Promise<Response> {
  return (await caches.match(file, { ignoreSearch: true })) ?? Response.error();
}

async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    return answer.status >= 500 ? kept(WAITING) : answer;
  } catch {
    return kept(WAITING);
  }
}

scope.addEventListener("install", (event) => event.waitUntil(keep().then(() => scope.skipWaiting())));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (FILES.includes(path)) event.respondWith(fetch(event.request).catch(() => kept(path)));
});
