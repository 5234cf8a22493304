// <sen-procedure>: the editor of response procedures. Steps and messages are rows; every change is checked by the server in plain
// words and drawn as a flow. Alt and the arrows, or the grip, change the order. A test run is asked of the server and kept here.
import { t } from "../words";
import { drawFlow } from "./flow";
import { readMessage, readStep, show, showChoices, summary } from "./rows";
import { codeFrom, type Message, type Remark, type Sop, type Step } from "./sop";

const CHECK_MS = 450;

interface State {
  content: Sop;
  stamp: string;
  own: boolean;
  write: boolean;
  unit: string;
  open: string[];
}

interface Act {
  minute: number;
  step: string;
  answer: string;
  skip: boolean;
}

class SenProcedure extends HTMLElement {
  private state: State = { content: { code: "", name: "", name_en: "", hazard: "", steps: [], messages: [], source: "" }, stamp: "", own: false, write: false, unit: "", open: [] };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saved = "";
  private asked = 0;
  private acts: Act[] = [];
  private minute = 0;
  private start = "";
  private next: number | null = null;
  private dragged: HTMLElement | null = null;

  connectedCallback(): void {
    this.state = JSON.parse(document.getElementById("sop-state")?.textContent ?? "{}") as State;
    const { content } = this.state;
    for (const step of content.steps) this.addStep(step);
    for (const message of content.messages) this.addMessage(message);
    for (const field of this.heads) field.value = String(content[field.dataset["head"] as "name"] ?? "");
    this.refresh();
    this.saved = JSON.stringify(this.read());
    this.lock();
    this.addEventListener("input", () => this.soon());
    this.addEventListener("change", () => this.soon());
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("pointerdown", (event) => this.grip(event));
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        void this.save();
      }
    });
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
    void this.check();
    this.dataset["ready"] = "";
  }

  private piece(name: string): HTMLElement {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`) as HTMLElement;
  }

  private get heads(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("[data-head]")];
  }

  private rows(name: "steps" | "messages"): HTMLElement[] {
    return [...this.piece(name).querySelectorAll<HTMLElement>(":scope > li")];
  }

  private get dirty(): boolean {
    return this.state.write && JSON.stringify(this.read()) !== this.saved;
  }

  private blank(id: string): HTMLElement {
    const template = document.getElementById(id) as HTMLTemplateElement;
    return document.importNode(template.content.firstElementChild as HTMLElement, true);
  }

  private addStep(step: Step): HTMLElement {
    const row = this.blank("sop-step");
    row.dataset["code"] = step.code;
    this.piece("steps").append(row);
    show(row, step);
    return row;
  }

  private addMessage(message: Message): HTMLElement {
    const row = this.blank("sop-message");
    this.piece("messages").append(row);
    for (const name of ["words", "code", "audience"] as const) (row.querySelector(`[data-field=${name}]`) as HTMLInputElement).value = message[name];
    row.dataset["wordsEn"] = message.words_en;
    return row;
  }

  /** What stands in the rows. */
  private read(): Sop {
    const heads = Object.fromEntries(this.heads.map((field) => [field.dataset["head"] ?? "", field.value.trim()]));
    return { ...this.state.content, ...heads, steps: this.rows("steps").map(readStep), messages: this.rows("messages").map(readMessage) };
  }

  /** Choices and summaries that depend on the other rows. */
  private refresh(): Sop {
    const sop = this.read();
    this.rows("steps").forEach((row, place) => {
      showChoices(row, sop, place);
      (row.querySelector("[data-part=place]") as HTMLElement).textContent = String(place + 1);
      (row.querySelector("[data-part=chips]") as HTMLElement).textContent = summary(row, sop, place);
    });
    this.piece("count").textContent = t("{n} bước", { n: sop.steps.length });
    return sop;
  }

  private lock(): void {
    const { write, own, open } = this.state;
    const may = (field: string, list: string): boolean => write && (own || open.some((one) => [`/${list}/*`, `/${list}/*/${field}`].includes(one)));
    const names: Record<string, string> = { amount: "minutes", scale: "minutes", unit: "dispatch", begin: "after", answers: "question" };
    for (const list of ["steps", "messages"] as const) {
      for (const field of this.piece(list).querySelectorAll<HTMLInputElement>("[data-field]")) field.disabled = !may(names[field.dataset["field"] ?? ""] ?? field.dataset["field"] ?? "", list);
      for (const button of this.piece(list).querySelectorAll<HTMLButtonElement>("[data-remove]")) button.hidden = !may("*", list);
      for (const button of this.piece(list).querySelectorAll<HTMLButtonElement>("[data-grip]")) button.disabled = !(write && own);
    }
    for (const field of this.heads) field.disabled = !(write && own);
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.piece("dirty").hidden = !this.dirty;
    this.timer = setTimeout(() => void this.check(), CHECK_MS);
  }

  private post(address: string | undefined, body: Record<string, unknown>): Promise<Response> {
    const given = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
    const sent = JSON.stringify({ unit: this.state.unit, stamp: this.state.stamp, ...body });
    return fetch(address ?? "", { method: "POST", headers: { ...given, "Content-Type": "application/json" }, body: sent });
  }

  private async check(): Promise<void> {
    const sop = this.refresh();
    const turn = (this.asked += 1);
    this.lock();
    const answer = await this.post(this.dataset["check"], { content: sop });
    if (turn !== this.asked || !answer.ok) return;
    const { remarks, due } = (await answer.json()) as { remarks: Remark[]; due: Record<string, number> };
    this.showRemarks(remarks);
    const roles = new Map([...this.querySelectorAll<HTMLOptionElement>("[data-field=role] option")].map((one) => [one.value, one.text]));
    this.piece("flow").replaceChildren(drawFlow(sop, roles, due));
  }

  private showRemarks(remarks: Remark[]): void {
    const said = (one: Remark): HTMLElement => {
      const item = document.createElement("li");
      item.className = one.fault ? "serious" : "notice";
      item.textContent = one.words;
      return item;
    };
    const rows = [...this.rows("steps").map((row) => ({ row, path: `steps/${row.dataset["code"]}` })), ...this.rows("messages").map((row) => ({ row, path: `messages/${readMessage(row).code}` }))];
    for (const { row, path } of rows) {
      const own = remarks.filter((one) => one.path === path);
      row.classList.toggle("fault", own.some(({ fault }) => fault));
      row.querySelector("[data-part=row-remarks]")?.replaceChildren(...own.map(said));
    }
    const faults = remarks.filter(({ fault }) => fault).length;
    const rest = remarks.filter(({ path }) => !rows.some((one) => one.path === path));
    const total = document.createElement("li");
    total.className = faults ? "serious b" : "b";
    total.textContent = faults ? t("{n} chỗ phải sửa trước khi lưu", { n: faults }) : t("Quy trình chạy được; {n} lời khuyên", { n: remarks.length });
    this.piece("remarks").replaceChildren(total, ...rest.map(said));
  }

  private press(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const act = target?.closest<HTMLElement>("[data-do]")?.dataset["do"];
    if (target?.closest("[data-remove]")) {
      target.closest("li")?.remove();
      this.soon();
    } else if (act === "add-step") {
      const taken = new Set(this.rows("steps").map((row) => row.dataset["code"] ?? ""));
      const row = this.addStep({ code: codeFrom("", taken, "buoc-1"), words: "", words_en: "", role: "duty_officer", minutes: 30, clock: "running", after: [], when: "", question: null, form: "", message: "", dispatch: "", optional: false });
      this.refresh();
      row.querySelector("textarea")?.focus();
      this.soon();
    } else if (act === "add-message") {
      const taken = new Set(this.rows("messages").map((row) => readMessage(row).code));
      this.addMessage({ code: codeFrom("", taken, "tin-1"), words: "", words_en: "", audience: "units" }).querySelector("textarea")?.focus();
      this.soon();
    } else if (act === "save") void this.save();
    else if (act === "publish" && this.dirty) {
      event.preventDefault();
      void this.save().then((kept) => kept && location.assign((target?.closest("a") as HTMLAnchorElement).href));
    } else if (act === "trial") void this.beginTrial();
    else this.pressTrial(target);
  }

  private async save(): Promise<boolean> {
    if (!this.state.write) return false;
    const content = this.read();
    const answer = await this.post(this.dataset["save"], { content });
    const told = (await answer.json()) as { stamp?: string; detail?: string; action?: string };
    const refused = this.piece("refused");
    refused.hidden = answer.ok;
    if (!answer.ok) {
      this.piece("refused-words").textContent = `${told.detail ?? ""} ${told.action ?? ""}`;
      refused.scrollIntoView({ block: "nearest" });
      return false;
    }
    this.state.stamp = told.stamp ?? "";
    this.saved = JSON.stringify(content);
    this.piece("dirty").hidden = true;
    this.piece("status").textContent = t("Đã lưu lúc {when}.", { when: new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }) });
    return true;
  }

  private move(row: HTMLElement, by: number): void {
    const other = by > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (!other || !this.state.own) return;
    if (by > 0) other.after(row);
    else other.before(row);
    this.soon();
    this.refresh();
  }

  private key(event: KeyboardEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-part=steps] > li") : null;
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!row || !by || !event.altKey) return;
    event.preventDefault();
    this.move(row, by);
    (event.target as HTMLElement).focus();
  }

  private grip(event: PointerEvent): void {
    const handle = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-grip]") : null;
    if (!handle || handle.disabled) return;
    this.dragged = handle.closest("li");
    this.dragged?.classList.add("dragged");
    const over = (moved: PointerEvent): void => {
      const row = this.dragged;
      const other = document.elementFromPoint(moved.clientX, moved.clientY)?.closest<HTMLElement>("[data-part=steps] > li");
      if (!row || !other || other === row) return;
      const { top, height } = other.getBoundingClientRect();
      if (moved.clientY < top + height / 2) other.before(row);
      else other.after(row);
    };
    const end = (): void => {
      this.dragged?.classList.remove("dragged");
      this.dragged = null;
      removeEventListener("pointermove", over);
      this.refresh();
      this.soon();
    };
    addEventListener("pointermove", over);
    addEventListener("pointerup", end, { once: true });
    event.preventDefault();
  }

  // -- test run

  private async beginTrial(): Promise<void> {
    this.acts = [];
    this.minute = 0;
    this.start = new Date().toISOString();
    (document.getElementById("sop-trial") as HTMLDialogElement).showModal();
    await this.showTrial();
  }

  private async showTrial(): Promise<void> {
    const answer = await this.post(this.dataset["trial"], { content: this.read(), acts: this.acts, minute: this.minute, start: this.start });
    const place = this.piece("trial");
    if (!answer.ok) {
      place.textContent = t("Quy trình còn lỗi nên chưa chạy thử được. Sửa các chỗ được đánh dấu trước.");
      return;
    }
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...[...parsed.body.children].map((one) => document.importNode(one, true)));
    const next = place.querySelector<HTMLElement>("[data-next]")?.dataset["next"];
    this.next = next ? Number(next) : null;
  }

  private pressTrial(target: Element | null): void {
    const push = target?.closest<HTMLElement>("[data-push]")?.dataset["push"];
    const done = target?.closest<HTMLElement>("[data-act-step]");
    if (push === "again") {
      this.acts = [];
      this.minute = 0;
    } else if (push === "next") this.minute = Math.max(this.minute, (this.next ?? this.minute) + 1);
    else if (push) this.minute += Number(push);
    else if (done) this.acts.push({ minute: this.minute, step: done.dataset["actStep"] ?? "", answer: done.dataset["actAnswer"] ?? "", skip: done.dataset["actSkip"] !== undefined });
    else return;
    void this.showTrial();
  }
}

customElements.define("sen-procedure", SenProcedure);
