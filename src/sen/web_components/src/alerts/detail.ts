// The right pane: fetches the detail of the chosen alert and keeps it new piece by piece, so that its chart, its procedure and
// what somebody is writing stay as they are when only the head changes.
import htmx from "htmx.org";

import { t } from "../words";
import type { Target } from "./actions";
import { showClocks } from "./clocks";

export class Detail {
  private number = "";
  /** The alert whose detail stands on the screen; another one than `number` while that is on its way. */
  private loaded = "";
  private asked: AbortController | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private readonly known = new Map<string, string>();

  constructor(private readonly pane: HTMLElement) {
    this.remember(pane);
    this.number = this.loaded = pane.querySelector<HTMLElement>("[data-alert-number]")?.dataset["alertNumber"] ?? "";
  }

  get shown(): string {
    return this.number;
  }

  /** Show an alert; steps through the list in quick succession fetch only the last one. */
  show(number: string, wait = 0): void {
    if (number === this.number) return;
    this.number = number;
    // Until the new one has come, nobody presses a button of the old one and means the new.
    this.pane.inert = number !== this.loaded;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.load(), wait);
  }

  /** Fetch the same alert again, because it changed. */
  refresh(): void {
    if (this.loaded !== this.number) return; // It is on its way already, newer than what asked for this.
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.load(), 150);
  }

  /** Say who else has this alert open; an empty name says nobody. */
  look(name: string): void {
    const place = this.pane.querySelector<HTMLElement>("[data-part=looking]");
    if (!place) return;
    place.hidden = !name;
    const words = place.querySelector("span");
    if (words) words.textContent = t("{name} đang xem", { name });
  }

  private async load(): Promise<void> {
    const number = this.number;
    if (!number) return;
    const anew = this.loaded !== number;
    this.asked?.abort();
    this.asked = new AbortController();
    if (anew) this.pane.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`/alerts/${encodeURIComponent(number)}/?part=detail`, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (number !== this.number) return; // Another one was chosen meanwhile and is about to be fetched.
      if (!answer.ok) throw new Error(String(answer.status));
      this.loaded = number;
      if (anew) this.replace(html);
      else this.renew(html);
      this.ready();
    } catch (error) {
      if (number !== this.number || (error instanceof DOMException && error.name === "AbortError")) return;
      this.ready();
      if (anew) this.refuse();
    }
  }

  private ready(): void {
    this.pane.removeAttribute("aria-busy");
    this.pane.inert = false;
  }

  private replace(html: string): void {
    this.pane.innerHTML = html;
    this.known.clear();
    this.remember(new DOMParser().parseFromString(html, "text/html"));
    this.settle();
    this.pane.querySelector<HTMLElement>(".scroll")?.scrollTo({ top: 0 });
  }

  private remember(from: ParentNode): void {
    from.querySelectorAll<HTMLElement>("[data-piece]").forEach((piece) => this.known.set(piece.dataset["piece"] ?? "", piece.outerHTML));
  }

  private renew(html: string): void {
    for (const next of new DOMParser().parseFromString(html, "text/html").querySelectorAll<HTMLElement>("[data-piece]")) {
      const name = next.dataset["piece"] ?? "";
      const now = this.pane.querySelector<HTMLElement>(`[data-piece="${CSS.escape(name)}"]`);
      if (!now || this.known.get(name) === next.outerHTML || now.querySelector("[aria-expanded=true]")) continue;
      this.known.set(name, next.outerHTML);
      const focused = now.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["do"] : undefined;
      now.replaceWith(next);
      htmx.process(next);
      if (focused) next.querySelector<HTMLElement>(`[data-do="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
    this.settle();
  }

  private settle(): void {
    htmx.process(this.pane);
    showClocks(this.pane);
    document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
  }

  private refuse(): void {
    const words = document.createElement("p");
    words.className = "sec muted";
    words.textContent = t("Chưa lấy được nội dung cảnh báo. Kiểm tra kết nối rồi chọn lại.");
    this.pane.replaceChildren(words);
    this.number = this.loaded = "";
  }
}

/** The alert of a detail with the revision that its reader sees. */
export function shownTarget(place: ParentNode): Target[] {
  const head = place.querySelector<HTMLElement>("[data-alert-number]");
  if (!head) return [];
  return [{ id: head.dataset["alertId"] ?? "", revision: Number(head.dataset["revision"] ?? 0), number: head.dataset["alertNumber"] ?? "" }];
}
