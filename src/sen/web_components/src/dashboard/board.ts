// <sen-dashboard src="…" topics="…">: keeps the tiles of a board new. It fetches all of them at once, takes over those that changed,
// and never moves or replaces what is under the pointer, has the focus or has its provenance open.
import htmx from "htmx.org";

import { clock, moment } from "../format";
import { listen } from "../live";

const SOON_MS = 10_000;
const AT_LEAST_EVERY_MS = 60_000;

/** Take the tiles of `fresh` (HTML of a grid) over into `place`; says whether every changed tile could be taken over. */
export function takeOver(place: HTMLElement, fresh: string): boolean {
  const parsed = new DOMParser().parseFromString(fresh, "text/html");
  let all = true;
  for (const next of parsed.querySelectorAll<HTMLElement>("[data-tile]")) {
    const now = place.querySelector<HTMLElement>(`[data-tile="${CSS.escape(next.dataset["tile"] ?? "")}"]`);
    if (!now || now.dataset["digest"] === next.dataset["digest"]) continue;
    if (now.matches(":hover, :focus-within") || now.querySelector("[aria-expanded=true]")) {
      all = false;
      continue;
    }
    now.replaceWith(next);
    htmx.process(next);
  }
  return all;
}

class SenDashboard extends HTMLElement {
  private stop: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = 0;

  connectedCallback(): void {
    const topics = (this.getAttribute("topics") ?? "").split(",").filter(Boolean);
    if (topics.length) this.stop = listen(topics, () => this.soon(SOON_MS));
    this.soon(AT_LEAST_EVERY_MS);
    this.addEventListener("pointerleave", () => this.soon(SOON_MS));
    this.dataset["ready"] = "";
  }

  disconnectedCallback(): void {
    this.stop?.();
    clearTimeout(this.timer);
  }

  /** Refresh in `wait` ms, unless one is due before. */
  private soon(wait: number): void {
    const at = Date.now() + wait;
    if (this.timer && this.due <= at) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => void this.refresh(), wait);
  }

  private async refresh(): Promise<void> {
    this.timer = undefined;
    this.soon(AT_LEAST_EVERY_MS);
    if (document.hidden) return;
    try {
      const answer = await fetch(this.getAttribute("src") ?? "", { headers: { "HX-Request": "true" } });
      if (answer.ok && !takeOver(this, await answer.text())) this.soon(SOON_MS);
    } catch {
      // The connection light says that the centre does not answer; the next turn tries again.
    }
  }
}

function showClocks(): void {
  const now = Date.now();
  document.querySelectorAll<HTMLElement>("[data-clock] [data-part=time]").forEach((place) => {
    const words = clock(now);
    if (place.textContent !== words) place.textContent = words;
    place.setAttribute("title", moment(now));
  });
}

export function defineDashboard(): void {
  customElements.define("sen-dashboard", SenDashboard);
  showClocks();
  setInterval(showClocks, 1_000);
}
