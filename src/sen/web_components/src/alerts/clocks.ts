// Clocks that run down: `data-until` is when something is due (ISO); `data-until-words` holds the sentence around `{left}`, and
// `data-over-words` the one for when it is late. Ages beside them are age.ts.
import { duration } from "../format";

const SOON_S = 10 * 60;

function show(place: HTMLElement): void {
  const at = Date.parse(place.dataset["until"] ?? "");
  if (Number.isNaN(at)) return;
  const left = (at - Date.now()) / 1000;
  const words = (left < 0 ? place.dataset["overWords"] : place.dataset["untilWords"]) ?? "{left}";
  const text = words.replace("{left}", duration(Math.abs(left)));
  const target = place.querySelector<HTMLElement>("[data-part=left]") ?? place;
  if (target.textContent !== text) target.textContent = text;
  place.classList.toggle("soon", left >= 0 && left < SOON_S);
  place.classList.toggle("over", left < 0);
}

/** Show every clock inside `root` at once. */
export const showClocks = (root: ParentNode = document): void => root.querySelectorAll<HTMLElement>("[data-until]").forEach(show);

export function startClocks(): void {
  showClocks();
  setInterval(showClocks, 5_000);
  document.addEventListener("htmx:afterSwap", () => showClocks());
}
