// A document beside the tasks that were read from it: passages and cards point at each other, a selected passage becomes a card.
import { t } from "../words";

function light(root: Element, key: string, scroll: "text" | "card" | ""): void {
  root.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
  const marks = [...root.querySelectorAll<HTMLElement>("mark[data-owners]")].filter((one) => one.dataset["owners"]?.split(" ").includes(key));
  const card = root.querySelector<HTMLElement>(`[data-card="${CSS.escape(key)}"]`);
  [...marks, card].forEach((one) => one?.classList.add("lit"));
  if (scroll === "text") marks[0]?.scrollIntoView({ block: "center" });
  if (scroll === "card") card?.scrollIntoView({ block: "center" });
}

/** Cards and passages of one document light each other up. */
export function startHighlights(): void {
  // The address names a task: `#at-` shows its passage, `#task-` its card.
  const named = /^#(at|task)-([\w-]+)$/.exec(location.hash);
  document.querySelectorAll("[data-highlights]").forEach((root) => {
    if (named?.[2]) light(root, named[2], named[1] === "at" ? "text" : "card");
    root.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const mark = target?.closest<HTMLElement>("mark[data-owners]");
      const shown = target?.closest("[data-show-evidence]");
      const card = target?.closest<HTMLElement>("[data-card]");
      if (mark) light(root, mark.dataset["owners"]?.split(" ")[0] ?? "", "card");
      else if (card) light(root, card.dataset["card"] ?? "", shown ? "text" : "");
    });
    root.addEventListener("focusin", (event) => {
      const card = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-card]") : null;
      if (card) light(root, card.dataset["card"] ?? "", "");
    });
    root.addEventListener("sen:row", (event) => {
      const card = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-card]") : null;
      if (card) light(root, card.dataset["card"] ?? "", "text");
    });
  });
}

class SenIntake extends HTMLElement {
  private made = 0;
  private button: HTMLButtonElement | undefined;

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-add-card]")) this.add("", "");
    });
    this.addEventListener("change", () => this.count());
    document.addEventListener("selectionchange", () => this.offer());
    this.count();
  }

  private count(): void {
    const place = this.querySelector("[data-chosen-count]");
    if (place) place.textContent = String(this.querySelectorAll('[data-cards] input[name$="-chosen"]:checked').length);
  }

  /** A selected passage of the text is offered as a task, beside the selection. */
  private offer(): void {
    const selection = document.getSelection();
    const doc = this.querySelector(".doc");
    const range = selection?.rangeCount ? selection.getRangeAt(0) : undefined;
    const words = selection?.toString().trim() ?? "";
    if (!doc || !range || words.length < 8 || !doc.contains(range.commonAncestorContainer)) {
      this.button?.remove();
      this.button = undefined;
      return;
    }
    if (!this.button) {
      this.button = Object.assign(document.createElement("button"), { type: "button", className: "btn pri s add-here", textContent: t("Thêm nhiệm vụ từ đoạn này") });
      this.button.addEventListener("pointerdown", (event) => event.preventDefault());
      this.button.addEventListener("click", () => this.addSelection());
      document.body.append(this.button);
    }
    const box = range.getBoundingClientRect();
    this.button.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 220)) + scrollX}px`;
    this.button.style.top = `${box.bottom + 6 + scrollY}px`;
  }

  private addSelection(): void {
    const selection = document.getSelection();
    const doc = this.querySelector(".doc");
    if (!selection?.rangeCount || !doc) return;
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.setStart(doc, 0);
    before.setEnd(range.startContainer, range.startOffset);
    // The server counts characters, not the halves of which a browser makes rare ones.
    const start = [...before.toString()].length;
    const length = [...range.toString()].length;
    this.add(range.toString().replace(/\s+/g, " ").trim(), `${start}-${start + length}`);
    selection.removeAllRanges();
  }

  private add(words: string, evidence: string): void {
    const blank = this.querySelector<HTMLTemplateElement>("#blank-card");
    const cards = this.querySelector("[data-cards]");
    if (!blank || !cards) return;
    const key = `new${++this.made}`;
    const holder = document.createElement("template");
    holder.innerHTML = blank.innerHTML.replaceAll("__key__", key);
    const card = holder.content.querySelector<HTMLElement>(".intake-card");
    if (!card) return;
    cards.prepend(document.importNode(card, true));
    const made = cards.firstElementChild;
    const text = made?.querySelector<HTMLTextAreaElement>("textarea");
    if (text) text.value = words;
    const place = made?.querySelector<HTMLInputElement>(`input[name="${key}-evidence"]`);
    if (place) place.value = evidence;
    this.count();
    (words ? made?.querySelector<HTMLInputElement>("sen-units input") : text)?.focus();
    made?.scrollIntoView({ block: "nearest" });
  }
}

export function defineIntake(): void {
  customElements.define("sen-intake", SenIntake);
}
