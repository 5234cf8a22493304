// The page's side of the live feed: who listens to which topics, the connection light, and values on the page that change.
import { setAge } from "./age";
import { number } from "./format";
import { TOPIC_OF, type FromTab, type LiveEvent, type LiveState, type ToTab } from "./live_messages";
import { LiveStream } from "./live_stream";
import { t } from "./words";

type Listener = (event: LiveEvent) => void;

const listeners = new Map<Listener, string[]>();
/** How long the pieces of a page may take to begin to listen. */
const YOUNG_MS = 15_000;
let drawn = 0;
let following: ReturnType<typeof setTimeout> | undefined;
let send: (message: FromTab) => void = () => undefined;

/** Say what is followed once the pieces of the page have said it; while the page is young also how far the feed was when it was drawn. */
function follow(): void {
  clearTimeout(following);
  following = setTimeout(() => send({ kind: "topics", topics: [...new Set([...listeners.values()].flat())], since: performance.now() < YOUNG_MS ? drawn : 0 }), 20);
}

/** Hear every event of the topics (`asset:<code>`, `unit:<code>`, `sources`, `alerts`, `incidents`, `tasks`, `sheets`, `meetings`, `notifications`); the answer stops it. */
export function listen(wanted: string[], listener: Listener): () => void {
  listeners.set(listener, wanted);
  follow();
  return () => {
    listeners.delete(listener);
    follow();
  };
}

function showState(state: LiveState): void {
  const words = { connected: t("Trực tiếp"), connecting: t("Đang nối"), lost: t("Mất kết nối") }[state];
  document.querySelectorAll<HTMLElement>("[data-connection]").forEach((light) => {
    light.dataset["connection"] = state;
    const label = light.querySelector("[data-connection-words]");
    if (label) label.textContent = words;
  });
}

function receive(message: ToTab): void {
  if (message.kind === "state") return showState(message.state);
  const topic = TOPIC_OF[message.event.name];
  for (const [listener, wanted] of listeners) if (!topic || wanted.includes(topic)) listener(message.event);
}

function startShared(address: string): boolean {
  if (!("SharedWorker" in window)) return false;
  try {
    const worker = new SharedWorker(address, { name: "sen-live" });
    worker.port.onmessage = ({ data }: MessageEvent<ToTab>) => receive(data);
    send = (message) => worker.port.postMessage(message);
    addEventListener("pagehide", () => send({ kind: "close" }));
    addEventListener("pageshow", (event) => event.persisted && follow());
    return true;
  } catch {
    return false;
  }
}

function startDirect(): void {
  const stream = new LiveStream(
    (event) => receive({ kind: "event", event }),
    (state) => receive({ kind: "state", state }),
  );
  send = (message) => (message.kind === "topics" ? stream.follow(message.topics, message.since) : stream.close());
}

/** Values marked `data-live="<asset>/<property>"` change in place and flash once; their chip (`data-live-age`) becomes new. */
function showValue(event: LiveEvent): void {
  if (event.name !== "observation") return;
  const { asset, property, value, time } = event.data as { asset: string; property: string; value: number | null; time: string | number };
  const series = CSS.escape(`${asset}/${property}`);
  const at = typeof time === "number" ? time : Date.parse(time);
  document.querySelectorAll<HTMLElement>(`[data-live="${series}"]`).forEach((place) => {
    if (at < Number(place.dataset["at"] ?? 0)) return;
    place.dataset["at"] = String(at);
    const words = value === null ? "–" : number(value, Number(place.dataset["decimals"] ?? 0));
    if (place.textContent === words) return;
    place.textContent = words;
    place.classList.remove("flash");
    void place.offsetWidth;
    place.classList.add("flash");
  });
  document.querySelectorAll<HTMLElement>(`[data-live-age="${CSS.escape(asset)}"], [data-live-age="${series}"]`).forEach((chip) => setAge(chip, at));
}

/** Parts marked `data-live-topics` are fetched again by htmx (`hx-trigger="sen:live"`), at most every `data-live-every` ms. */
function watchParts(): void {
  document.querySelectorAll<HTMLElement>("[data-live-topics]:not([data-live-watched])").forEach((part) => {
    part.dataset["liveWatched"] = "";
    const wanted = (part.dataset["liveTopics"] ?? "").split(",").filter(Boolean);
    const every = Number(part.dataset["liveEvery"] ?? 4_000);
    const names = part.dataset["liveEvents"]?.split(",");
    const prefixes = wanted.map((topic) => topic.split(":"));
    let waiting = false;
    let stale = false;
    // Rows never move under the hand: while the pointer or the focus is inside, the news waits, and is drawn once the hand has left.
    const held = (): boolean => part.matches(":hover, :focus-within") && part.dataset["liveAlways"] === undefined;
    const draw = (): void => {
      stale = held();
      if (!stale) part.dispatchEvent(new CustomEvent("sen:live", { bubbles: true }));
    };
    const left = (): void => void setTimeout(() => stale && part.isConnected && draw(), 250);
    part.addEventListener("pointerleave", left);
    part.addEventListener("focusout", left);
    // The hand may have come while the new drawing was on its way.
    part.addEventListener("htmx:beforeSwap", (event) => {
      const { detail } = event as CustomEvent<{ shouldSwap: boolean; requestConfig: { elt: Element; triggeringEvent?: Event } }>;
      if (detail.requestConfig.elt !== part || detail.requestConfig.triggeringEvent?.type !== "sen:live" || !held()) return;
      detail.shouldSwap = false;
      stale = true;
    });
    const stop = listen(wanted, (event) => {
      if (!part.isConnected) return stop();
      if (names && !names.includes(event.name)) return;
      const assets = prefixes.filter(([kind]) => kind === "asset").map(([, code]) => code);
      if (assets.length === prefixes.length && !assets.includes(event.data["asset"] as string)) return;
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        draw();
      }, every);
    });
  });
}

export function startLive(): void {
  const address = document.body.dataset["liveWorker"];
  if (!address) return;
  drawn = Number(document.body.dataset["liveSince"] ?? 0);
  if (!startShared(address)) startDirect();
  const live = new Set<string>();
  document.querySelectorAll<HTMLElement>("[data-live]").forEach((place) => live.add(`asset:${(place.dataset["live"] ?? "").split("/")[0]}`));
  const page = document.body.dataset["topics"];
  // A page with many stations follows its unit instead of a hundred single topics.
  listen(page ? page.split(",") : [...live].slice(0, 50), showValue);
  watchParts();
  document.addEventListener("htmx:afterSettle", watchParts);
}
