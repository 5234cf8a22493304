// The list of the queue on the screen. Rows come and go in one batch per frame; the row under the pointer, the one with the focus
// and the chosen one never move: the list scrolls by as much as it grew above them, and what is new above is told by a bar.
import { t } from "../words";
import type { Alert, Group } from "./data";
import { fillRow, makeRow } from "./row";
import type { Store } from "./store";

const GROUP_WORDS: Record<Group, string> = { new: "Chưa xem", working: "Đang xử lý", seen: "Đã xem", shelved: "Tạm ẩn", closed: "Đã đóng" };
const FIRST = 80;
const MORE = 80;

export class QueueView {
  private readonly rows = new Map<string, HTMLElement>();
  private readonly heads = new Map<Group, HTMLElement>();
  private readonly keys = new Map<string, string>();
  private readonly above = new Set<string>();
  private limit = FIRST;
  readonly checked = new Set<string>();
  selected = "";

  constructor(
    private readonly store: Store,
    private readonly pane: HTMLElement,
    private readonly template: HTMLTemplateElement,
  ) {
    this.scroll.addEventListener("scroll", () => this.scroll.scrollTop < 4 && this.tell([]), { passive: true });
    this.piece("news").addEventListener("click", () => this.scroll.scrollTo({ top: 0 }));
  }

  private piece(name: string): HTMLElement {
    return this.pane.querySelector<HTMLElement>(`[data-part=${name}]`) as HTMLElement;
  }

  private get scroll(): HTMLElement {
    return this.piece("scroll");
  }

  private get list(): HTMLElement {
    return this.piece("list");
  }

  row(id: string): HTMLElement | undefined {
    return this.rows.get(id);
  }

  /** Begin at the top with what the store now holds. */
  restart(): void {
    this.limit = FIRST;
    this.rows.clear();
    this.keys.clear();
    this.list.replaceChildren();
    this.tell([]);
    this.scroll.scrollTop = 0;
    this.draw([]);
  }

  /** Show more rows of the store; says whether it has any that were not shown. */
  more(): boolean {
    const had = this.limit;
    this.limit += MORE;
    this.draw([]);
    return this.store.size > had;
  }

  /** Rows that keep their place: under the pointer, with the focus, chosen, ticked. */
  held(): Set<string> {
    const found = this.list.querySelectorAll<HTMLElement>(".q:hover, .q:focus-within");
    const ids = new Set([...[...found].map((row) => row.dataset["alert"] ?? ""), ...this.checked]);
    if (this.selected) ids.add(this.selected);
    return ids;
  }

  private anchor(): HTMLElement | undefined {
    const inView = (row: HTMLElement | null | undefined): row is HTMLElement => {
      if (!row?.isConnected) return false;
      const { top, bottom } = row.getBoundingClientRect();
      const frame = this.scroll.getBoundingClientRect();
      return bottom > frame.top && top < frame.bottom;
    };
    const chosen = this.rows.get(this.selected);
    const first = this.scroll.scrollTop > 4 ? [...this.rows.values()].find((row) => inView(row)) : undefined;
    return [this.list.querySelector<HTMLElement>(".q:hover"), this.list.querySelector<HTMLElement>(".q:focus-within"), chosen, first].find(inView);
  }

  /** Bring the list up to the store; `fresh` names the rows that have just arrived. */
  draw(fresh: Iterable<string>): void {
    const anchor = this.anchor();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    const order = this.store.order(this.held());
    const at = anchor ? order.findIndex(({ id }) => id === anchor.dataset["alert"]) : -1;
    const shown = order.slice(0, Math.max(this.limit, at + 10));
    this.place(shown, order);
    this.piece("more").hidden = shown.length === order.length && this.piece("more").dataset["next"] === undefined;
    this.piece("empty").hidden = order.length > 0;
    this.steady(anchor, before);
    this.tell(fresh);
  }

  private place(shown: { id: string; group: Group }[], order: { group: Group }[]): void {
    const wanted: HTMLElement[] = [];
    const alive = new Set<string>();
    let group: Group | undefined;
    for (const { id, group: own } of shown) {
      const alert = this.store.get(id) as Alert;
      if (own !== group) wanted.push(this.head((group = own), order.filter((one) => one.group === own).length));
      alive.add(id);
      const key = `${own} ${alert.severity} ${alert.raised}`;
      const row = this.rows.get(id) ?? makeRow(this.template, alert);
      // A row that changes its place leaves first: then none of the others, least of all one with the focus, has to move.
      if (this.keys.get(id) !== key) row.remove();
      this.keys.set(id, key);
      this.rows.set(id, row);
      fillRow(row, alert);
      this.mark(row);
      wanted.push(row);
    }
    for (const [id, row] of this.rows) {
      if (alive.has(id)) continue;
      row.remove();
      this.rows.delete(id);
      this.keys.delete(id);
    }
    let next = this.list.firstElementChild;
    for (const node of wanted) {
      if (node === next) next = next.nextElementSibling;
      else this.list.insertBefore(node, next);
    }
    while (next) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
  }

  private head(group: Group, count: number): HTMLElement {
    let head = this.heads.get(group);
    if (!head) {
      head = document.createElement("li");
      head.className = "qgrp";
      head.append(document.createElement("b"), document.createElement("span"));
      (head.firstElementChild as HTMLElement).textContent = t(GROUP_WORDS[group]);
      this.heads.set(group, head);
    }
    (head.lastElementChild as HTMLElement).textContent = String(count);
    return head;
  }

  mark(row: HTMLElement): void {
    const chosen = row.dataset["alert"] === this.selected;
    row.dataset["selected"] = String(chosen);
    const link = row.querySelector("a");
    if (chosen) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }

  /** Scroll so that the anchor stands where it stood; where the list is too short for that, space is added at its ends. */
  private steady(anchor: HTMLElement | undefined, before: number): void {
    const [top, bottom] = [this.piece("top"), this.piece("bottom")];
    for (const space of [top, bottom]) space.style.setProperty("height", "0");
    if (!anchor?.isConnected) return;
    const off = (): number => anchor.getBoundingClientRect().top - before;
    this.scroll.scrollTop += off();
    const rest = off();
    if (rest > 0.5) {
      bottom.style.setProperty("height", `${bottom.offsetHeight + rest + 1}px`);
      this.scroll.scrollTop += rest;
    } else if (rest < -0.5) {
      top.style.setProperty("height", `${-rest}px`);
    }
  }

  /** The bar that says how many rows arrived above what is in view. */
  private tell(fresh: Iterable<string>): void {
    const edge = this.scroll.getBoundingClientRect().top;
    for (const id of fresh) this.above.add(id);
    for (const id of this.above) {
      const row = this.rows.get(id);
      if (this.scroll.scrollTop < 4 || !row || row.getBoundingClientRect().bottom > edge) this.above.delete(id);
    }
    const news = this.piece("news");
    news.hidden = this.above.size === 0;
    if (!news.hidden) news.textContent = t("{n} cảnh báo mới ở trên", { n: this.above.size });
  }
}
