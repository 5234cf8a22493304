// <sen-sheet>: a table of inputs that behaves like a spreadsheet: arrows, blocks pasted and copied, undo, drafts saved as one types,
// others who work on the same sheet. The table is the server's; without this script it can still be read and sent by Excel.
import { keep } from "../dashboard/server";
import { clock, number } from "../format";
import type { LiveEvent } from "../live_messages";
import { t } from "../words";
import { parseBlock, writeBlock } from "./block";
import { Saving, type SaveState, type SheetNow } from "./saving";
import { type Change, type Field, Steps } from "./steps";

const HERE_EVERY_MS = 20_000;
const HERE_FOR_MS = 45_000;
const FIELDS: Field[] = ["text", "note"];

interface Seen {
  code: string;
  at: number;
}

class SenSheet extends HTMLElement {
  private readonly steps = new Steps();
  private readonly others = new Map<string, Seen>();
  private readonly bases = new Map<string, string>();
  private readonly focused = new Map<HTMLInputElement, string>();
  private saving!: Saving;
  private revision = 0;
  private anchor: HTMLInputElement | undefined;
  private hereAt = 0;

  connectedCallback(): void {
    this.revision = Number(this.dataset["revision"] ?? 0);
    window.sen.listen(["sheets"], (event) => this.heard(event));
    if (!this.hasAttribute("data-editable")) return;
    for (const one of this.inputs("text")) this.bases.set(this.code(one), one.value);
    this.saving = new Saving(
      this.dataset["cells"] ?? "",
      (code, field) => this.input(code, field)?.value ?? "",
      (code) => this.bases.get(code) ?? "",
      (now) => this.show(now),
      (state, words) => this.showSaving(state, words),
    );
    this.addEventListener("focusin", (event) => this.enter(event));
    this.addEventListener("focusout", (event) => this.leave(event));
    this.addEventListener("input", (event) => this.typed(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("copy", (event) => this.copy(event));
    this.addEventListener("click", (event) => this.press(event));
    document.addEventListener("click", (event) => this.jump(event));
    addEventListener("beforeunload", (event) => this.saving.open && event.preventDefault());
    // Forms of the page (send, evidence) wait until the last figure is on the server.
    document.addEventListener("submit", (event) => this.beforeForm(event), true);
    setInterval(() => this.here(true), HERE_EVERY_MS);
    setInterval(() => this.showPeople(), 5_000);
    void this.reload();
  }

  // -- finding cells

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tr[data-code]")];
  }

  private row(code: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`tr[data-code="${CSS.escape(code)}"]`);
  }

  private inputs(field: Field): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>(`input[data-field=${field}]`)];
  }

  private input(code: string, field: Field): HTMLInputElement | null {
    return this.row(code)?.querySelector<HTMLInputElement>(`input[data-field=${field}]`) ?? null;
  }

  private code(input: Element): string {
    return input.closest<HTMLElement>("tr[data-code]")?.dataset["code"] ?? "";
  }

  private field(input: HTMLInputElement): Field {
    return input.dataset["field"] === "note" ? "note" : "text";
  }

  private cellOf(event: Event): HTMLInputElement | undefined {
    return event.target instanceof HTMLInputElement && event.target.dataset["field"] ? event.target : undefined;
  }

  // -- typing

  private enter(event: Event): void {
    const cell = this.cellOf(event);
    if (!cell) return;
    this.focused.set(cell, cell.value);
    if (this.field(cell) === "text") cell.select();
    this.here();
  }

  private typed(event: Event): void {
    const cell = this.cellOf(event);
    if (cell) this.saving.add(this.code(cell), this.field(cell), "typed");
  }

  /** A gesture of typing ends when the cell is left: that is one step to undo. */
  private leave(event: Event): void {
    const cell = this.cellOf(event);
    if (!cell) return;
    this.remember(cell);
    this.focused.delete(cell);
  }

  private remember(cell: HTMLInputElement): void {
    const before = this.focused.get(cell) ?? cell.value;
    this.steps.add([{ code: this.code(cell), field: this.field(cell), before, after: cell.value }]);
    this.focused.set(cell, cell.value);
    this.showSteps();
  }

  /** Write several cells as one gesture. */
  private write(changes: Change[], how: string, remember = true): void {
    for (const one of changes) {
      const cell = this.input(one.code, one.field);
      if (!cell) continue;
      cell.value = one.after;
      if (this.focused.has(cell)) this.focused.set(cell, one.after);
      this.saving.add(one.code, one.field, how);
    }
    if (remember) this.steps.add(changes);
    this.showSteps();
  }

  private step(changes: Change[]): void {
    this.write(changes, "undone", false);
    const last = changes[changes.length - 1];
    if (last) this.input(last.code, last.field)?.focus();
  }

  // -- keys

  private key(event: KeyboardEvent): void {
    const cell = this.cellOf(event);
    if (!cell) return;
    const command = event.ctrlKey || event.metaKey;
    const pressed = event.key.toLowerCase();
    if (command && (pressed === "z" || pressed === "y")) {
      event.preventDefault();
      this.remember(cell);
      this.step(pressed === "y" || event.shiftKey ? this.steps.redo() : this.steps.undo());
    } else if (command && pressed === "d") {
      event.preventDefault();
      this.fillDown(cell);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.move(cell, event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (event.shiftKey) this.extend(cell, by);
      else this.move(cell, by);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      this.sideways(event, cell);
    } else if (event.key === "Escape") {
      this.cancel(cell);
    } else if ((event.key === "Delete" || event.key === "Backspace") && this.selected().length > 1) {
      event.preventDefault();
      this.write(this.selected().map((one) => this.change(one, "")), "typed");
    } else if (event.key.length === 1 && !command) {
      this.unselect();
    }
  }

  private change(cell: HTMLInputElement, after: string): Change {
    return { code: this.code(cell), field: this.field(cell), before: cell.value, after };
  }

  private move(cell: HTMLInputElement, by: number): void {
    const column = this.inputs(this.field(cell));
    this.unselect();
    column[column.indexOf(cell) + by]?.focus();
  }

  /** Left and right leave the cell only at the edge of its text, or while all of it is marked. */
  private sideways(event: KeyboardEvent, cell: HTMLInputElement): void {
    const right = event.key === "ArrowRight";
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const edge = right ? cell.selectionStart === cell.value.length : cell.selectionEnd === 0;
    if (event.shiftKey || !(all || edge)) return;
    const next = this.input(this.code(cell), right ? "note" : "text");
    if (!next || next === cell) return;
    event.preventDefault();
    next.focus();
  }

  private cancel(cell: HTMLInputElement): void {
    const before = this.focused.get(cell);
    if (before === undefined || before === cell.value) return this.unselect();
    cell.value = before;
    cell.select();
    this.saving.add(this.code(cell), this.field(cell), "typed");
  }

  // -- several cells at once

  private selected(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input.cell.marked")];
  }

  private unselect(): void {
    for (const one of this.selected()) one.classList.remove("marked");
    this.anchor = undefined;
  }

  private extend(cell: HTMLInputElement, by: number): void {
    const column = this.inputs(this.field(cell));
    if (!this.anchor || !column.includes(this.anchor)) this.anchor = cell;
    const anchor = this.anchor;
    const next = column[column.indexOf(cell) + by];
    if (!next) return;
    next.focus();
    const [low, high] = [column.indexOf(anchor), column.indexOf(next)].sort((a, b) => a - b) as [number, number];
    column.forEach((one, at) => one.classList.toggle("marked", at >= low && at <= high));
  }

  private fillDown(cell: HTMLInputElement): void {
    const marked = this.selected();
    const column = this.inputs(this.field(cell));
    const above = column[column.indexOf(cell) - 1];
    const [first, ...rest] = marked.length > 1 ? marked : above ? [above, cell] : [];
    if (first) this.write(rest.map((one) => this.change(one, first.value)), "typed");
  }

  private copy(event: ClipboardEvent): void {
    const marked = this.selected();
    if (marked.length < 2) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", writeBlock(marked.map((one) => [one.value])));
  }

  /** A block goes down from this cell line by line; a line on a computed row is passed over, as it stands in the same place there. */
  private paste(event: ClipboardEvent): void {
    const cell = this.cellOf(event);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = parseBlock(text);
    if (!cell || (block.length < 2 && (block[0]?.length ?? 0) < 2 && this.field(cell) === "note")) return;
    event.preventDefault();
    const rows = this.rows();
    const start = rows.findIndex((row) => row.dataset["code"] === this.code(cell));
    const left = FIELDS.indexOf(this.field(cell));
    const changes: Change[] = [];
    let over = 0;
    block.forEach((line, down) => {
      const code = rows[start + down]?.dataset["code"];
      if (code === undefined) over += 1;
      else
        line.slice(0, FIELDS.length - left).forEach((value, right) => {
          const into = this.input(code, FIELDS[left + right] ?? "text");
          if (into) changes.push(this.change(into, value));
        });
    });
    this.write(changes, "pasted");
    if (over) window.sen.toast(t("{n} dòng dán thừa ở cuối bảng đã bỏ.", { n: over }));
  }

  private press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-do]") : null;
    if (button?.dataset["do"] === "undo") this.step(this.steps.undo());
    if (button?.dataset["do"] === "redo") this.step(this.steps.redo());
    if (this.cellOf(event)) this.unselect();
  }

  private jump(event: Event): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-jump]") : null;
    if (!link) return;
    event.preventDefault();
    this.input(link.dataset["jump"] ?? "", "text")?.focus();
  }

  private beforeForm(event: Event): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || !this.saving.open) return;
    event.preventDefault();
    void this.saving.flush().then(() => form.requestSubmit());
  }

  // -- what the server says

  private async reload(): Promise<void> {
    const answer = await fetch(this.dataset["rows"] ?? "", { headers: { Accept: "application/json" } });
    if (answer.ok) this.show((await answer.json()) as SheetNow);
  }

  private show(now: SheetNow): void {
    if (now.revision < this.revision) return;
    this.revision = now.revision;
    if (now.editable === false && this.hasAttribute("data-editable")) return location.reload();
    for (const row of now.rows) {
      const place = this.row(row.code);
      if (!place) continue;
      if (row.computed) {
        const output = place.querySelector("output");
        if (output) output.textContent = row.value === null ? "–" : number(row.value, row.decimals);
        continue;
      }
      // A cell that somebody here is writing in keeps what they saw before: what another wrote meanwhile is a clash, not overwritten unseen.
      const text = this.input(row.code, "text");
      const written = text !== null && (document.activeElement === text || this.saving.has(row.code, "text"));
      if (!written || row.changed_by === this.dataset["me"]) this.bases.set(row.code, row.text);
      for (const field of FIELDS) {
        const cell = this.input(row.code, field);
        if (cell && document.activeElement !== cell && !this.saving.has(row.code, field)) cell.value = row[field];
      }
      this.showFaults(place, row.code, row.faults);
    }
    for (const one of now.clashes ?? []) this.clash(one);
    this.showList(now);
  }

  private clash(one: { code: string; text: string; by: string }): void {
    const cell = this.input(one.code, "text");
    if (!cell) return;
    cell.value = one.text;
    if (this.focused.has(cell)) this.focused.set(cell, one.text);
    const name = this.row(one.code)?.querySelector(".sheet-name .b")?.textContent ?? one.code;
    window.sen.toast(t("{by} vừa sửa “{name}” thành {text}; số của bạn chưa ghi vào ô này.", { by: one.by, name, text: one.text || "–" }));
  }

  private showFaults(place: HTMLElement, code: string, faults: SheetNow["rows"][number]["faults"]): void {
    const shown = faults.filter((one) => one.level !== "missing");
    const words = place.querySelector<HTMLElement>("[data-part=fault]");
    words?.replaceChildren(
      ...shown.map((one) => {
        const span = document.createElement("span");
        span.className = one.level === "error" ? "serious" : "warning";
        span.textContent = `${one.words} `;
        return span;
      }),
    );
    const cell = this.input(code, "text");
    cell?.setAttribute("aria-invalid", String(shown.some((one) => one.level === "error")));
    cell?.classList.toggle("odd", shown.length > 0);
  }

  private showList(now: SheetNow): void {
    const count = this.querySelector("[data-part=count]");
    if (count) count.textContent = t("đã nhập {n}/{all}", { n: now.filled, all: now.typed });
    const open = now.rows.flatMap((row) => row.faults.filter((one) => one.level !== "warning" || !row.note).map((one) => ({ row, one })));
    const missing = open.filter(({ one }) => one.level === "missing");
    const wrong = open.filter(({ one }) => one.level !== "missing").map(({ row, one }) => ({ code: row.code, name: row.name, words: one.words, level: one.level }));
    const first = missing[0];
    if (first)
      wrong.push({ code: first.row.code, name: t("Còn {n} ô bắt buộc chưa nhập", { n: missing.length }), words: first.row.name, level: "missing" });
    const list = document.querySelector("[data-faults]");
    list?.replaceChildren(
      ...wrong.slice(0, 30).map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = "#";
        link.dataset["jump"] = one.code;
        link.textContent = one.name;
        const words = document.createElement("p");
        words.className = `s13 ${one.level === "error" ? "serious" : one.level === "warning" ? "warning" : "muted"}`;
        words.textContent = one.words;
        item.append(link, words);
        return item;
      }),
    );
    const total = document.querySelector("[data-fault-count]");
    if (total) total.textContent = open.length ? String(open.length) : "";
    document.querySelector<HTMLElement>("[data-no-faults]")?.toggleAttribute("hidden", open.length > 0);
  }

  private showSaving(state: SaveState, words: string): void {
    const place = this.querySelector<HTMLElement>("[data-part=saved]");
    if (!place) return;
    this.dataset["saving"] = state;
    place.classList.toggle("serious", state === "failed" || state === "refused");
    place.textContent = {
      saved: t("Đã lưu nháp lúc {at}", { at: clock(Date.now()) }),
      waiting: t("Đang chờ lưu"),
      saving: t("Đang lưu"),
      failed: t("Chưa lưu được, đang thử lại. Đừng đóng trang."),
      refused: words,
    }[state];
  }

  private showSteps(): void {
    for (const [name, can] of [["undo", this.steps.canUndo], ["redo", this.steps.canRedo]] as const) {
      const button = this.querySelector<HTMLButtonElement>(`[data-do=${name}]`);
      if (button) button.disabled = !can;
    }
  }

  // -- others

  private heard(event: LiveEvent): void {
    if (event.name === "reset") return void this.reload();
    if (event.name !== "sheet") return;
    const record = event.data["sheet"] as { id: string; entry?: string; change: string; by: string; code?: string; revision?: number };
    if (record.by === this.dataset["me"]) return;
    if (record.change === "here" && record.entry === this.dataset["entry"]) {
      const known = this.others.has(record.by);
      this.others.set(record.by, { code: record.code ?? "", at: Date.now() });
      this.showPeople();
      if (!known) this.here(true);
    } else if (record.id === this.dataset["entry"] && record.change === "cells") {
      if (this.hasAttribute("data-editable") && (record.revision ?? 0) > this.revision) void this.reload();
    } else if (record.id === this.dataset["entry"]) {
      window.sen.toast(t("{by} vừa đổi tình trạng phiếu. Tải lại trang để xem.", { by: record.by }));
    }
  }

  private here(always = false): void {
    if (document.hidden || !this.hasAttribute("data-editable")) return;
    const now = Date.now();
    if (!always && now - this.hereAt < 1_500) return;
    this.hereAt = now;
    const cell = document.activeElement instanceof HTMLInputElement ? this.code(document.activeElement) : "";
    void keep(this.dataset["here"] ?? "", { code: cell }).catch(() => undefined);
  }

  private showPeople(): void {
    for (const [name, seen] of this.others) if (Date.now() - seen.at > HERE_FOR_MS) this.others.delete(name);
    for (const row of this.rows()) {
      const names = [...this.others].filter(([, seen]) => seen.code === row.dataset["code"]).map(([name]) => name);
      if (names.length) row.dataset["here"] = names.join(", ");
      else delete row.dataset["here"];
    }
    const place = this.querySelector("[data-part=people]");
    const words = this.others.size ? t("{names} cũng đang mở phiếu này", { names: [...this.others.keys()].join(", ") }) : "";
    if (place && place.textContent !== words) place.textContent = words;
  }
}

customElements.define("sen-sheet", SenSheet);
