// <sen-dashboard-editor>: arranges tiles with pointer or keyboard, sets them, keeps drafts, saves. What the publisher of an inherited
// dashboard did not leave open stands locked here, and is refused by the server too.
import { GridStack, type GridStackNode } from "gridstack";

import { clock } from "../format";
import { toast } from "../toast";
import { t } from "../words";
import { appearance, clone, freeCode, History, readingOrder, Rights, type State, type Tile } from "./content";
import { SettingsForm } from "./form";
import { drawn, keep, type Refusal } from "./server";

const CELL = 88;
const MARGIN = 6;
const DRAFT_AFTER_MS = 2_500;
const STEP_AFTER_MS = 400;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface KindFacts {
  w: number;
  h: number;
  minW: number;
  minH: number;
  settings: Record<string, unknown>;
}

class SenDashboardEditor extends HTMLElement {
  private state!: State;
  private tiles: Tile[] = [];
  private rights!: Rights;
  private history!: History;
  private grid!: GridStack;
  private form!: SettingsForm;
  private selected = "";
  private saved = "";
  private readonly pictures = new Map<string, HTMLElement>();
  private rebuilding = false;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private stepTimer: ReturnType<typeof setTimeout> | undefined;
  private drafts = true;
  private picked = "";

  connectedCallback(): void {
    this.state = JSON.parse(document.getElementById("dash-state")?.textContent ?? "{}") as State;
    this.tiles = clone(this.state.content.tiles);
    this.rights = new Rights(this.state.own, this.state.open);
    this.history = new History(JSON.stringify(this.tiles));
    this.saved = JSON.stringify(this.tiles);
    this.drafts = this.state.own;
    const side = this.piece("settings");
    this.form = new SettingsForm(side, this.rights, { address: this.dataset["series"] ?? "", unit: this.state.unit }, (tile) => this.edited(tile));
    this.grid = GridStack.init({ column: 12, cellHeight: CELL, margin: MARGIN, mode: "float", animate: false, acceptWidgets: false }, this.piece("grid")) as GridStack;
    this.grid.on("change", (_event: Event, nodes: GridStackNode[]) => this.moved(nodes));
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.key(event));
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    this.rebuild();
    this.showState();
    void this.draw().then(() => (this.dataset["ready"] = ""));
  }

  private piece(name: string): HTMLElement {
    return this.querySelector<HTMLElement>(`[data-part=${name}]`) as HTMLElement;
  }

  private get dirty(): boolean {
    return JSON.stringify(this.tiles) !== this.saved;
  }

  private frame(code: string): HTMLElement | null {
    return this.piece("grid").querySelector<HTMLElement>(`[gs-id="${CSS.escape(code)}"]`);
  }

  private tile(code: string): Tile | undefined {
    return this.tiles.find((one) => one.code === code);
  }

  private kind(code: string): KindFacts {
    const option = this.querySelector<HTMLElement>(`[data-kind-option="${CSS.escape(code)}"]`);
    const [w, h, minW, minH] = (option?.dataset["size"] ?? "3,2,2,2").split(",").map(Number) as [number, number, number, number];
    return { w, h, minW, minH, settings: JSON.parse(option?.dataset["settings"] ?? "{}") as Record<string, unknown> };
  }

  // -- tiles on the grid

  private rebuild(): void {
    this.rebuilding = true;
    this.grid.removeAll(false);
    this.piece("grid").replaceChildren();
    this.grid.batchUpdate();
    for (const tile of readingOrder(this.tiles)) this.place(tile);
    this.grid.batchUpdate(false);
    this.rebuilding = false;
    this.piece("empty").hidden = this.tiles.length > 0;
    if (!this.tile(this.selected)) this.select("");
    else this.mark();
  }

  private place(tile: Tile): void {
    const { minW, minH } = this.kind(tile.kind);
    const still = !this.rights.move(tile);
    const { code: id, x, y, w, h } = tile;
    const item = this.grid.addWidget({ id, x, y, w, h, minW, minH, noMove: still, noResize: !this.rights.resize(tile), locked: still });
    if (!item) return;
    item.tabIndex = 0;
    item.setAttribute("role", "group");
    item.dataset["code"] = id;
    item.classList.toggle("ed-locked", still);
    const content = item.querySelector<HTMLElement>(".grid-stack-item-content");
    const picture = this.pictures.get(`${id}|${appearance(tile)}`);
    content?.replaceChildren(...(picture ? [picture] : [this.waiting(tile)]), ...this.tools(tile, still));
    this.describe(item, tile);
  }

  private waiting(tile: Tile): HTMLElement {
    const box = document.createElement("div");
    box.className = "tile-box";
    box.textContent = tile.title;
    return box;
  }

  private tools(tile: Tile, still: boolean): HTMLElement[] {
    const made: HTMLElement[] = [];
    if (still) {
      const lock = this.template("lock");
      lock.title = t("Đơn vị ban hành không để mở vị trí của ô này");
      made.push(lock);
    }
    if (this.rights.remove(tile)) made.push(this.template("remove"));
    return made;
  }

  private template(name: string): HTMLElement {
    const found = document.querySelector<HTMLTemplateElement>(`template[data-piece="${name}"]`);
    return (found?.content.firstElementChild?.cloneNode(true) ?? document.createElement("span")) as HTMLElement;
  }

  private describe(item: HTMLElement, tile: Tile): void {
    const name = tile.title || item.querySelector(".tile-head h2")?.textContent || tile.code;
    item.setAttribute("aria-label", t("Ô {name}: cột {x}, hàng {y}, rộng {w}, cao {h}", { name, x: tile.x + 1, y: tile.y + 1, w: tile.w, h: tile.h }));
  }

  private moved(nodes: GridStackNode[]): void {
    if (this.rebuilding) return;
    for (const node of nodes) {
      const tile = this.tile(node.id ?? "");
      if (tile) Object.assign(tile, { x: node.x ?? tile.x, y: node.y ?? tile.y, w: node.w ?? tile.w, h: node.h ?? tile.h });
      if (tile && node.el) this.describe(node.el, tile);
    }
    this.step();
  }

  /** Pictures of tiles come from the server, the same as on the finished board; only those that look different are asked for. */
  private async draw(): Promise<void> {
    const missing = this.tiles.filter((tile) => !this.pictures.has(`${tile.code}|${appearance(tile)}`));
    if (missing.length) {
      const asked = new Map(missing.map((tile) => [tile.code, `${tile.code}|${appearance(tile)}`]));
      try {
        for (const [code, picture] of await drawn(this.dataset["preview"] ?? "", clone(missing), this.state.unit)) this.pictures.set(asked.get(code) ?? code, picture);
      } catch {
        this.say(t("Chưa xem trước được các ô; sẽ thử lại khi bạn sửa tiếp."));
      }
    }
    for (const tile of this.tiles) {
      const picture = this.pictures.get(`${tile.code}|${appearance(tile)}`);
      const content = this.frame(tile.code)?.querySelector(".grid-stack-item-content");
      const now = content?.querySelector(".tile-box");
      if (picture && now && now !== picture) now.replaceWith(picture);
      const item = this.frame(tile.code);
      if (item) this.describe(item, tile);
    }
    if (!this.piece("phone").hidden) this.showPhone();
  }

  // -- choosing and setting

  private select(code: string): void {
    this.selected = code;
    const tile = this.tile(code);
    this.piece("none").hidden = Boolean(tile);
    if (tile) this.form.show(tile);
    else this.form.clear();
    this.mark();
  }

  private mark(): void {
    this.piece("grid").querySelectorAll<HTMLElement>("[data-code]").forEach((item) => item.classList.toggle("ed-chosen", item.dataset["code"] === this.selected));
  }

  private edited(_tile: Tile): void {
    clearTimeout(this.stepTimer);
    this.stepTimer = setTimeout(() => {
      this.step();
      void this.draw();
    }, STEP_AFTER_MS);
  }

  private step(): void {
    if (this.history.keep(this.tiles)) this.keepDraftSoon();
    this.showState();
  }

  private go(to: Tile[] | undefined): void {
    if (!to) return;
    this.tiles = to;
    this.rebuild();
    if (this.selected) this.select(this.selected);
    void this.draw();
    this.keepDraftSoon();
    this.showState();
  }

  private add(kind: string): void {
    const { w, h, settings } = this.kind(kind);
    const bottom = Math.max(0, ...this.tiles.map((one) => one.y + one.h));
    const tile: Tile = { code: freeCode(kind, this.tiles), kind, title: "", title_en: "", x: 0, y: bottom, w, h, settings: structuredClone(settings) };
    const hole = this.hole(w, h, bottom);
    this.tiles.push(Object.assign(tile, hole));
    this.rebuild();
    this.step();
    void this.draw();
    this.select(tile.code);
    this.frame(tile.code)?.focus();
    this.frame(tile.code)?.scrollIntoView({ block: "nearest" });
  }

  /** The first free place for a tile of this size. */
  private hole(w: number, h: number, bottom: number): { x: number; y: number } {
    for (let y = 0; y < bottom; y += 1) {
      for (let x = 0; x + w <= 12; x += 1) {
        if (!this.tiles.some((one) => x < one.x + one.w && x + w > one.x && y < one.y + one.h && y + h > one.y)) return { x, y };
      }
    }
    return { x: 0, y: bottom };
  }

  private drop(code: string): void {
    const tile = this.tile(code);
    if (!tile || !this.rights.remove(tile)) return;
    this.tiles = this.tiles.filter((one) => one !== tile);
    this.rebuild();
    this.step();
    toast(t("Đã bỏ ô."), () => this.go(this.history.undo()));
  }

  // -- pointer and keyboard

  private press(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const act = target?.closest<HTMLElement>("[data-ed]")?.dataset["ed"];
    const item = target?.closest<HTMLElement>("[data-code]");
    if (act === "remove" && item) return this.drop(item.dataset["code"] ?? "");
    if (act) return this.act(act, target);
    const option = target?.closest<HTMLElement>("[data-kind-option]");
    if (option) return this.pick(option.dataset["kindOption"] ?? "");
    if (item) this.select(item.dataset["code"] ?? "");
  }

  private act(act: string, target: Element | null): void {
    if (act === "undo") this.go(this.history.undo());
    else if (act === "redo") this.go(this.history.redo());
    else if (act === "save") void this.save();
    else if (act === "phone") this.togglePhone();
    else if (act === "reload") location.reload();
    else if (act === "draft") this.go(clone(this.state.draft?.tiles ?? []));
    else if (act === "add" && this.picked) {
      target?.closest("dialog")?.close();
      this.add(this.picked);
    }
    if (act === "draft" || act === "forget") this.piece("unfinished").hidden = true;
    if (act === "draft") this.step();
  }

  private pick(kind: string): void {
    this.picked = kind;
    this.querySelectorAll<HTMLElement>("[data-kind-option]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset["kindOption"] === kind)));
    const { w, h, settings } = this.kind(kind);
    const example: Tile = { code: "xem-truoc", kind, title: "", title_en: "", x: 0, y: 0, w, h, settings };
    this.piece("add").removeAttribute("disabled");
    void drawn(this.dataset["preview"] ?? "", [example], this.state.unit).then((found) => {
      const picture = found.get(example.code);
      if (picture && this.picked === kind) this.piece("example").replaceChildren(picture);
    });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      return void this.save();
    }
    if (target.closest("input, select, textarea, dialog")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return this.go(event.shiftKey ? this.history.redo() : this.history.undo());
    }
    const tile = this.tile(target.dataset["code"] ?? "");
    if (!tile) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      event.stopPropagation();
      this.nudge(target, tile, arrow, event.shiftKey);
    } else if (event.key === "Enter") {
      this.select(tile.code);
      this.piece("settings").querySelector<HTMLElement>("input:not(:disabled), select:not(:disabled), textarea:not(:disabled)")?.focus();
    } else if (event.key === "Delete") this.drop(tile.code);
  }

  private nudge(item: HTMLElement, tile: Tile, [dx, dy]: [number, number], size: boolean): void {
    if (!(size ? this.rights.resize(tile) : this.rights.move(tile))) return this.say(t("Đơn vị ban hành không để mở vị trí của ô này"));
    const { minW, minH } = this.kind(tile.kind);
    if (size) this.grid.update(item, { w: Math.min(12 - tile.x, Math.max(minW, tile.w + dx)), h: Math.min(12, Math.max(minH, tile.h + dy)) });
    else this.grid.update(item, { x: Math.min(12 - tile.w, Math.max(0, tile.x + dx)), y: Math.max(0, tile.y + dy) });
    item.focus();
    this.say(item.getAttribute("aria-label") ?? "");
  }

  // -- the phone

  private togglePhone(): void {
    const phone = this.piece("phone");
    phone.hidden = !phone.hidden;
    this.piece("grid").hidden = !phone.hidden;
    this.querySelector("[data-ed=phone]")?.setAttribute("aria-pressed", String(!phone.hidden));
    if (!phone.hidden) this.showPhone();
  }

  /** One column in reading order, as a telephone shows it. */
  private showPhone(): void {
    const pictures = readingOrder(this.tiles).map((tile) => this.pictures.get(`${tile.code}|${appearance(tile)}`)?.cloneNode(true));
    this.piece("phone").replaceChildren(...pictures.filter((one): one is Node => one !== undefined));
  }

  // -- keeping

  private keepDraftSoon(): void {
    if (!this.drafts) return;
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => void this.keepDraft(), DRAFT_AFTER_MS);
  }

  private async keepDraft(): Promise<void> {
    if (!this.dirty) return;
    try {
      const { revision } = await keep<{ revision: number }>(this.dataset["draft"] ?? "", { content: { tiles: this.tiles }, revision: this.state.revision });
      this.state.revision = revision;
      this.say(t("Đã giữ bản nháp lúc {when}", { when: clock(Date.now()) }));
    } catch (error) {
      this.refused(error, false);
    }
  }

  private async save(): Promise<void> {
    clearTimeout(this.draftTimer);
    clearTimeout(this.stepTimer);
    this.step();
    const content = { tiles: clone(this.tiles) };
    this.piece("faults").hidden = true;
    try {
      const kept = await keep<{ version: number; base: string; revision: number }>(this.dataset["save"] ?? "", { content, unit: this.state.unit, base: this.state.base });
      Object.assign(this.state, { base: kept.base, revision: kept.revision });
      this.saved = JSON.stringify(content.tiles);
      this.showState();
      this.say(t("Đã lưu, bản {n}.", { n: kept.version }));
      toast(t("Đã lưu, bản {n}.", { n: kept.version }));
    } catch (error) {
      this.refused(error, true);
    }
  }

  private refused(error: unknown, saving: boolean): void {
    const { refusal, status } = error as { refusal?: Refusal; status?: number };
    if (status === 412 || status === 409) this.drafts = false;
    if (!saving && status === 422) return this.say(t("Bản nháp chưa giữ được: còn ô chưa đặt xong."));
    const place = this.piece("faults");
    const lines = refusal ? [refusal.detail, refusal.action] : [t("Không gửi được. Kiểm tra kết nối rồi lưu lại; thay đổi vẫn còn trên trang này.")];
    this.piece("fault-words").textContent = lines.filter(Boolean).join(" ");
    this.piece("reload").hidden = status !== 412;
    place.hidden = false;
    this.piece("grid").querySelectorAll(".ed-fault").forEach((item) => item.classList.remove("ed-fault"));
    for (const path of Object.keys(refusal?.fields ?? {})) this.frame(path.split("/")[2] ?? "")?.classList.add("ed-fault");
  }

  private showState(): void {
    this.querySelector("[data-ed=undo]")?.toggleAttribute("disabled", !this.history.undoable);
    this.querySelector("[data-ed=redo]")?.toggleAttribute("disabled", !this.history.redoable);
    this.querySelector("[data-ed=save]")?.toggleAttribute("disabled", !this.dirty);
    this.piece("dirty").hidden = !this.dirty;
  }

  private say(words: string): void {
    this.piece("status").textContent = words;
  }
}

customElements.define("sen-dashboard-editor", SenDashboardEditor);
