// The incident pages: parts of the room that are drawn anew when the incident moves, never under the hand; the quick note; clocks.
import { showClocks, startClocks } from "../alerts/clocks";

const EVERY_MS = 800;
/** A pointer that rests, or a focus that a closed dialog left behind, keeps no news from anybody for longer than this. */
const HAND_MS = 3_000;

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

const alike = (root: HTMLElement, words: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("button, a, summary")].filter((one) => one.textContent === words);

class SenIncident extends HTMLElement {
  private waiting: ReturnType<typeof setTimeout> | undefined;
  /** The part that the drawing under way leaves out; empty where it draws all. */
  private but = "";
  private stop: (() => void) | undefined;
  private readonly gone = new AbortController();
  private handAt = -HAND_MS;
  private held: ReturnType<typeof setTimeout> | undefined;
  /** What has the focus in a part that is being drawn anew: its words, and the how manieth with them it is. */
  private focused: { part: string; words: string; place: number } | undefined;

  connectedCallback(): void {
    const number = this.dataset["number"];
    const { signal } = this.gone;
    this.stop = window.sen?.listen(["incidents"], (event) => {
      const { incident } = event.data as { incident?: { number?: string } };
      if (event.name === "reset" || (event.name === "incident" && incident?.number === number)) this.soon("");
    });
    document.addEventListener("sen:incident", (event) => this.soon((event as CustomEvent<{ part?: string }>).detail?.part ?? ""), { signal });
    // The hand may have come while the new drawing was on its way: a button must not vanish between aiming and pressing.
    this.addEventListener("htmx:beforeSwap", (event) => {
      const { detail } = event as CustomEvent<{ shouldSwap: boolean; requestConfig: { elt: Element; verb: string } }>;
      const part = detail.requestConfig.elt;
      if (part instanceof HTMLElement && part.dataset["roomPart"] !== undefined && detail.requestConfig.verb === "get" && this.busy(part)) {
        detail.shouldSwap = false;
        this.hold(part);
      } else if (part instanceof HTMLElement) this.focused = this.focusIn(part) ?? this.focused;
    });
    this.addEventListener("htmx:afterSettle", () => this.focusAgain());
    // An answer whose part was drawn anew while it was on its way has nowhere to go: what it says is fetched.
    document.addEventListener(
      "htmx:afterRequest",
      (event) => {
        const { target } = (event as CustomEvent<{ target: Element }>).detail;
        if (target instanceof HTMLElement && target.dataset["roomPart"] !== undefined && !target.isConnected) this.soon("");
      },
      { signal },
    );
    for (const sign of ["pointermove", "pointerdown", "keydown", "focusin"] as const) this.addEventListener(sign, () => (this.handAt = performance.now()));
    this.addEventListener("pointerout", () => this.late());
    this.addEventListener("focusout", () => this.late());
    this.addEventListener("keydown", (event) => {
      const note = event.target instanceof HTMLTextAreaElement && event.target.dataset["note"] !== undefined;
      if (note && event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.target as HTMLTextAreaElement).form?.requestSubmit();
    });
  }

  disconnectedCallback(): void {
    clearTimeout(this.held);
    clearTimeout(this.waiting);
    this.stop?.();
    this.gone.abort();
  }

  private get parts(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-room-part]")];
  }

  /** Draw every part anew, `but` the one that was just drawn; those under the hand say that there is something new and wait. */
  private soon(but: string): void {
    // What already waits to be drawn is not left out by a later call: the part just drawn may have been drawn before the news.
    this.but = this.waiting === undefined || this.but === but ? but : "";
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      for (const part of this.parts) if (part.id !== `room-${this.but}`) this.draw(part);
    }, EVERY_MS);
  }

  private busy(part: HTMLElement): boolean {
    const field = part.querySelector<HTMLInputElement>("input:focus, textarea:focus, select:focus");
    const written = [...part.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input[type=text], input:not([type]), textarea")].some((one) => one.value !== one.defaultValue);
    const hand = performance.now() - this.handAt < HAND_MS && part.matches(":hover, :focus-within");
    return hand || field !== null || written || part.querySelector("input:checked, details[open]") !== null;
  }

  /** Say in a part that there is something new, and draw it later. */
  private hold(part: HTMLElement): void {
    part.dataset["stale"] = "";
    const mark = part.querySelector<HTMLElement>("[data-part=moved]");
    if (mark) mark.hidden = false;
    clearTimeout(this.held);
    this.held = setTimeout(() => this.late(), HAND_MS);
  }

  private focusIn(part: HTMLElement): { part: string; words: string; place: number } | undefined {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !part.contains(active)) return undefined;
    const words = active.textContent ?? "";
    return { part: part.id, words, place: alike(part, words).indexOf(active) };
  }

  private focusAgain(): void {
    const wanted = this.focused;
    const part = wanted && document.getElementById(wanted.part);
    if (!wanted || !part || document.activeElement !== document.body) return;
    this.focused = undefined;
    alike(part, wanted.words)[wanted.place]?.focus();
  }

  private draw(part: HTMLElement): void {
    if (this.busy(part)) return this.hold(part);
    delete part.dataset["stale"];
    part.dispatchEvent(new CustomEvent("sen:live"));
  }

  /** What waited under the hand is drawn once the hand has left it. */
  private late(): void {
    setTimeout(() => {
      for (const part of this.parts) if (part.dataset["stale"] !== undefined) this.draw(part);
    }, 250);
  }
}

customElements.define("sen-incident", SenIncident);
startClocks();
document.addEventListener("htmx:afterSettle", () => showClocks());
document.addEventListener("htmx:afterRequest", (event) => {
  // A dialog closes when what it asked for was done or is shown in its part.
  const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>).detail;
  if (elt instanceof HTMLFormElement && elt.dataset["closes"] !== undefined && xhr.status < 500 && xhr.status !== 403) elt.closest("dialog")?.close();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "n") {
    const note = document.querySelector<HTMLTextAreaElement>("[data-note]");
    if (note) {
      event.preventDefault();
      note.focus();
    }
  } else if (event.key === "i") document.querySelector<HTMLAnchorElement>("[data-key-i]")?.click();
});
