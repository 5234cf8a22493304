// The meeting mode: its keys, and its parts drawn anew when the meeting moves, never under the hand. Forms and links of the room are sent
// without leaving the page, so that the full screen stays.
import { t } from "../words";

const EVERY_MS = 500;
/** A pointer that rests keeps no news from anybody for longer than this. */
const HAND_MS = 3_000;
const KEYS: Record<string, string> = { ArrowLeft: "[data-before]", ArrowRight: "[data-after]", PageUp: "[data-before]", PageDown: "[data-after]", t: "[data-tick]" };

type Draft = Record<string, string>;

const room = document.querySelector<HTMLElement>("[data-meeting]");
/** What was begun for a point and not sent, by the point; it is there again when the room comes back to it. */
const drafts = new Map<string, Draft>();
/** Own requests begun and ended: a drawing that was asked for before one of them is older than what it answered. */
let acts = 0;
let drawing = false;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let handAt = -HAND_MS;

const part = (id: string): HTMLElement | null => document.getElementById(id);
const parts = (): HTMLElement[] => [...(room?.querySelectorAll<HTMLElement>("[data-room-part]") ?? [])];
const fields = (): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] => [...(part("room-decide")?.querySelectorAll<HTMLTextAreaElement>("textarea, select, input:not([type=hidden])") ?? [])];

function written(place: HTMLElement): boolean {
  const changed = [...place.querySelectorAll<HTMLTextAreaElement>("textarea, input[type=date]")].some((one) => one.value !== one.defaultValue);
  const ticked = [...place.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].some((one) => one.checked !== one.defaultChecked);
  return changed || ticked || place.querySelector("input:focus, textarea:focus, select:focus") !== null;
}

const busy = (place: HTMLElement): boolean => written(place) || (performance.now() - handAt < HAND_MS && place.matches(":hover, :focus-within"));

function remember(): void {
  const values = Object.fromEntries(fields().map((one) => [one.name, one.value]));
  if (room?.dataset["point"]) drafts.set(room.dataset["point"], values);
}

function restore(): void {
  const kept = drafts.get(room?.dataset["point"] ?? "");
  if (kept) fields().forEach((one) => (one.value = kept[one.name] ?? one.value));
}

function replace(place: HTMLElement, fresh: HTMLElement): void {
  const active = document.activeElement instanceof HTMLElement && place.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset["key"];
  const open = place.querySelector("details")?.open ?? false;
  const put = document.importNode(fresh, true);
  place.replaceWith(put);
  const details = put.querySelector("details");
  if (details) details.open = open;
  if (active) (key ? (put.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? room) : room)?.focus();
}

/** Put what a page says into this one. What others did (`own` false) waits for the hand; a point is left only when nobody writes under it. */
function draw(page: Document, own: boolean, sent: string): void {
  const fresh = page.querySelector<HTMLElement>("[data-meeting]");
  if (!room || !fresh) return;
  const leaves = fresh.dataset["point"] !== room.dataset["point"];
  const waits = !own && leaves && ["room-decide", "room-point", "room-foot"].some((id) => part(id) && busy(part(id)!));
  if (waits) {
    const away = part("room-away");
    if (away) away.textContent = t("Cuộc họp đã chuyển sang mục {n}; trang này chuyển theo khi bạn ghi xong.", { n: fresh.dataset["current"] ?? "" });
    return void look(HAND_MS);
  }
  // What was sent is no draft, also where its answer finds the meeting at another point.
  if (sent === "decide") drafts.delete(room.dataset["point"] ?? "");
  else if (leaves) remember();
  let held = false;
  for (const place of parts()) {
    const next = page.getElementById(place.id);
    if (!next) return location.reload();
    const form = place.id === "room-decide";
    // The words under the pen, and the key under which they are noted once, stay while the point does.
    if (form && !leaves && sent !== "decide" && place.dataset["open"] === next.dataset["open"]) continue;
    if (place.id === "room-said" && !own) continue;
    if (!own && busy(place)) held = true;
    else if (form || place.innerHTML !== next.innerHTML) replace(place, next);
  }
  for (const name of ["point", "current", "revision"]) room.dataset[name] = fresh.dataset[name] ?? "";
  room.toggleAttribute("data-follows", fresh.hasAttribute("data-follows"));
  if (leaves) restore();
  const said = part("room-said");
  if (leaves && !own && said) said.textContent = t("Đang bàn mục {n}.", { n: fresh.dataset["point"] ?? "" });
  if (held) look(HAND_MS);
}

async function load(address: string, init?: RequestInit): Promise<{ page: Document; url: string } | undefined> {
  const answer = await fetch(address, { ...init, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-meeting]")) return { page, url: answer.url };
  if (init) window.sen.toast(document.body.dataset["failed"] ?? String(answer.status));
  else location.assign(answer.url);
  return undefined;
}

/** Something is sent or gone to from here: its answer is always drawn, whatever was drawn meanwhile. */
async function act(address: string, init: RequestInit | undefined, sent: string): Promise<void> {
  acts += 1;
  try {
    const got = await load(address, init);
    acts += 1;
    if (!got) return;
    // A refusal keeps what was written; the point then stays under the hand.
    const refused = got.page.querySelector("#room-said .error") !== null;
    draw(got.page, true, refused ? "" : sent);
    history.replaceState(null, "", got.url);
  } catch {
    acts += 1;
    window.sen.toast(document.body.dataset["failed"] ?? "");
  }
}

function look(after = EVERY_MS): void {
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(), after);
}

async function refresh(): Promise<void> {
  if (drawing) {
    again = true;
    return;
  }
  drawing = true;
  const before = acts;
  try {
    const got = await load(location.href);
    if (got && before === acts) draw(got.page, false, "");
    else again = got !== undefined;
  } catch {
    look(HAND_MS);
  }
  drawing = false;
  if (again) {
    again = false;
    look();
  }
}

function fullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

function press(event: KeyboardEvent): void {
  const at = event.target as HTMLElement;
  const writing = at.closest("input, textarea, select") !== null;
  if (event.key === "Escape" && writing) return at.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "f") fullScreen();
  else if (event.key === "d") document.querySelector<HTMLElement>("#dc-words")?.focus();
  else if (event.key === "Escape" && !document.fullscreenElement) document.querySelector<HTMLElement>("[data-leave]")?.click();
  else if (KEYS[event.key]) document.querySelector<HTMLElement>(KEYS[event.key]!)?.click();
  else return;
  event.preventDefault();
}

function submit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset["roomAct"] === undefined) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  void act(form.action, { method: "POST", body }, form.action.split("/").at(-2) ?? "");
}

function click(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-full-screen]")) return fullScreen();
  const link = target?.closest<HTMLAnchorElement>("a[data-room-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void act(link.href, undefined, "");
}

if (room) {
  document.addEventListener("keydown", press);
  document.addEventListener("submit", submit);
  document.addEventListener("click", click);
  for (const sign of ["pointermove", "pointerdown", "keydown"] as const) document.addEventListener(sign, () => (handAt = performance.now()));
  window.sen.listen(["meetings"], (event) => {
    const { meeting } = event.data as { meeting?: { number: string; revision: number } };
    const moved = event.name === "meeting" && meeting !== undefined && meeting.number === room.dataset["meeting"] && meeting.revision > Number(room.dataset["revision"]);
    if (moved || event.name === "reset") look();
  });
}
