// <sen-rows>: a table of fields that people fill like a sheet: add, copy, move and remove rows, arrow keys between the cells, and
// pasting a block from a spreadsheet. Every row holds the same fields in the same order; the server reads them by position.
import { toast } from "./toast";
import { t } from "./words";

type Field = HTMLInputElement | HTMLSelectElement;

const FIELD = "input:not([type=hidden]), select";
const folded = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().trim();

/** Put pasted words into a field; a list takes the choice with that value or those words. False where it has none. */
function put(field: Field, words: string): boolean {
  const wanted = words.trim();
  if (field instanceof HTMLInputElement) {
    const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(wanted);
    field.value = field.type === "date" && day ? `${day[3]}-${day[2]?.padStart(2, "0")}-${day[1]?.padStart(2, "0")}` : wanted;
    return true;
  }
  const choice = [...field.options].find((one) => folded(one.value) === folded(wanted) || folded(one.text) === folded(wanted));
  if (choice) field.value = choice.value;
  return choice !== undefined;
}

class SenRows extends HTMLElement {
  private get body(): HTMLTableSectionElement | null {
    return this.querySelector("tbody");
  }

  private get rows(): HTMLTableRowElement[] {
    return [...(this.body?.rows ?? [])];
  }

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.count();
  }

  private fields(row: HTMLTableRowElement | undefined): Field[] {
    return row ? [...row.querySelectorAll<Field>(FIELD)] : [];
  }

  private add(after?: HTMLTableRowElement): HTMLTableRowElement | undefined {
    const blank = this.querySelector<HTMLTemplateElement>("template")?.content.querySelector("tr");
    if (!blank || !this.body) return undefined;
    const row = document.importNode(blank, true);
    if (after) after.after(row);
    else this.body.append(row);
    this.count();
    return row;
  }

  private drop(row: HTMLTableRowElement): void {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const place = row.nextElementSibling;
    row.remove();
    this.count();
    this.fields(next as HTMLTableRowElement | undefined)[0]?.focus();
    toast(t("Đã bỏ một dòng."), () => {
      if (place?.isConnected) place.before(row);
      else this.body?.append(row);
      this.count();
    });
  }

  private count(): void {
    const place = this.querySelector("[data-row-count]");
    if (place) place.textContent = t("{n} dòng", { n: this.rows.length });
    this.toggleAttribute("data-empty", this.rows.length === 0);
  }

  private press(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest("tr") ?? undefined;
    if (target?.closest("[data-row-add]")) this.fields(this.add())[0]?.focus();
    else if (row && target?.closest("[data-row-remove]")) this.drop(row);
    else if (row && target?.closest("[data-row-copy]")) {
      const copy = this.add(row);
      const to = this.fields(copy);
      this.fields(row).forEach((field, i) => to[i] && to[i].dataset["unique"] === undefined && (to[i].value = field.value));
      to[0]?.focus();
    }
  }

  private key(event: KeyboardEvent): void {
    const field = event.target;
    const row = field instanceof Element ? field.closest("tr") : null;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || !row) return;
    const column = this.fields(row).indexOf(field);
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by && event.altKey) {
      event.preventDefault();
      const other = by === 1 ? row.nextElementSibling : row.previousElementSibling;
      if (by === 1) other?.after(row);
      else other?.before(row);
      field.focus();
    } else if (by && field instanceof HTMLInputElement && field.type !== "date") {
      event.preventDefault();
      this.fields(this.rows[this.rows.indexOf(row) + by])[column]?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault(); // Enter goes on to the next row as in a sheet; saving has its button.
      const next = this.rows[this.rows.indexOf(row) + 1] ?? this.add();
      this.fields(next)[column]?.focus();
    }
  }

  private paste(event: ClipboardEvent): void {
    const field = event.target;
    const row = field instanceof Element ? field.closest("tr") : null;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!row || !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const first = this.fields(row).indexOf(field);
    const from = this.rows.indexOf(row);
    const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    let odd = 0;
    lines.forEach((line, down) => {
      const fields = this.fields(this.rows[from + down] ?? this.add());
      line.split("\t").forEach((words, right) => {
        const to = fields[first + right];
        if (to && !put(to, words)) odd += 1;
      });
    });
    const filled = t("Đã dán {n} dòng.", { n: lines.length });
    toast(odd ? `${filled} ${t("{n} ô không khớp lựa chọn nào, giữ nguyên.", { n: odd })}` : filled);
  }
}

export const defineRows = (): void => customElements.define("sen-rows", SenRows);
