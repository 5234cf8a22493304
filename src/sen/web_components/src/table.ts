// <sen-table>: sorting, a filter row and a column chooser for the table inside it. What can be sorted carries `data-sort` on its
// header ("text" or "number"); cells may carry `data-value`. Hidden columns and the sorting are kept per table in this browser.
import { t } from "./words";

const folded = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
const valueOf = (cell: HTMLElement | undefined): string => cell?.dataset["value"] ?? cell?.textContent?.trim() ?? "";

class SenTable extends HTMLElement {
  private table!: HTMLTableElement;

  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table) return;
    this.table = table;
    this.headers.forEach((header, column) => header.dataset["sort"] && this.makeSortable(header, column));
    this.querySelectorAll<HTMLInputElement>(".filter input").forEach((input) => input.addEventListener("input", () => this.filter()));
    const chooser = this.querySelector<HTMLElement>("[data-columns]");
    if (chooser) this.makeChooser(chooser);
    this.dataset["ready"] = "";
  }

  private get headers(): HTMLTableCellElement[] {
    return [...(this.table.tHead?.rows[0]?.cells ?? [])];
  }

  private get body(): HTMLTableRowElement[] {
    return [...(this.table.tBodies[0]?.rows ?? [])];
  }

  private makeSortable(header: HTMLTableCellElement, column: number): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sorter";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => this.sort(column, header.getAttribute("aria-sort") === "ascending" ? -1 : 1));
  }

  private sort(column: number, direction: 1 | -1): void {
    const header = this.headers[column];
    if (!header) return;
    this.headers.forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const numeric = header.dataset["sort"] === "number";
    const compare = (one: HTMLTableRowElement, two: HTMLTableRowElement): number => {
      const a = valueOf(one.cells[column]);
      const b = valueOf(two.cells[column]);
      if (!numeric) return a.localeCompare(b, "vi") * direction;
      // Rows without a value stay last in both directions.
      if (!a || !b) return a ? -1 : b ? 1 : 0;
      return (Number(a) - Number(b)) * direction;
    };
    this.table.tBodies[0]?.append(...this.body.sort(compare));
  }

  private filter(): void {
    const wanted = [...this.querySelectorAll<HTMLInputElement>(".filter input")].map((input) => {
      const cell = input.closest("th, td") as HTMLTableCellElement;
      return { column: cell.cellIndex, words: folded(input.value.trim()) };
    });
    let shown = 0;
    for (const row of this.body) {
      row.hidden = !wanted.every(({ column, words }) => !words || folded(row.cells[column]?.textContent ?? "").includes(words));
      if (!row.hidden) shown += 1;
    }
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = t("{shown} trong {all}", { shown, all: this.body.length });
  }

  private makeChooser(place: HTMLElement): void {
    const key = `sen.columns.${this.id || location.pathname}`;
    const hidden = new Set<number>(JSON.parse(localStorage.getItem(key) ?? "[]") as number[]);
    const apply = (): void => {
      for (const row of [...(this.table.tHead?.rows ?? []), ...this.body]) [...row.cells].forEach((cell, i) => (cell.hidden = hidden.has(i)));
    };
    this.headers.forEach((header, column) => {
      const words = header.textContent?.trim();
      if (!words || column === 0) return;
      const label = document.createElement("label");
      label.className = "check";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !hidden.has(column);
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(column);
        else hidden.add(column);
        localStorage.setItem(key, JSON.stringify([...hidden]));
        apply();
      });
      label.append(box, words);
      place.append(label);
    });
    apply();
  }
}

export const defineTable = (): void => customElements.define("sen-table", SenTable);
