// What people do with alerts: the dialogs that ask for what an action needs, sending it with the revisions that were seen, saying
// what came of it with a way back, and showing in place what somebody else did first.
import { toast } from "../toast";
import { t } from "../words";
import type { Summary } from "./data";

export interface Target {
  id: string;
  revision: number;
  number: string;
}

interface Conflict {
  id: string;
  number: string;
  words: string;
}

interface Outcome {
  words: string;
  undo: string;
  alerts: Summary[];
  conflicts: Conflict[];
}

interface Refusal {
  detail?: string;
  action?: string;
}

interface Host {
  /** What an action is about at this moment: the alert that is shown, or with `many` the ticked rows where there are any. */
  targets: (many: boolean) => Target[];
  /** Newer states of alerts after an action. */
  took: (alerts: Summary[], conflicts: Conflict[]) => void;
}

const KEYS: Record<string, string> = { a: "acknowledge", s: "assign", m: "join", z: "shelve", n: "note" };

const token = (): string => (JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>)["X-CSRFToken"] ?? "";

export async function post(address: string, body: URLSearchParams): Promise<Outcome> {
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
  if (!answer.ok) {
    const refusal = (await answer.json().catch(() => ({}))) as Refusal;
    throw new Error([refusal.detail, refusal.action].filter(Boolean).join(" ") || t("Chưa gửi được. Kiểm tra kết nối rồi thử lại."));
  }
  return (await answer.json()) as Outcome;
}

export class Actions {
  private aimed: Target[] = [];
  private readonly gone = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
  ) {
    const { signal } = this.gone;
    document.addEventListener("click", (event) => this.press(event), { signal });
    document.addEventListener("submit", (event) => this.submit(event), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  stop(): void {
    this.gone.abort();
  }

  private dialog(name: string): HTMLDialogElement | null {
    const found = document.getElementById(`alert-${name}`);
    return found instanceof HTMLDialogElement ? found : null;
  }

  private press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    if (button && this.root.contains(button)) {
      event.preventDefault();
      this.start(button.dataset["do"] ?? "", button.closest("[data-part=bulk]") !== null);
    }
  }

  /** Keys work on what is chosen, never while somebody types or a dialog is open. */
  private key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && (event.target as HTMLInputElement).type !== "checkbox") return;
    const action = KEYS[event.key];
    if (event.key !== "i" && !(action && this.may.has(action))) return;
    event.preventDefault();
    if (action) return this.start(action, true);
    const numbers = this.host.targets(true).map(({ number }) => `alert=${encodeURIComponent(number)}`);
    if (numbers.length && this.may.has("incident")) location.assign(`/incidents/new/?${numbers.join("&")}`);
  }

  /** What the person may do, as the server said when it made the page. */
  private get may(): Set<string> {
    return new Set((this.root.dataset["may"] ?? "").split(","));
  }

  /** Ask for what the action needs, or do it at once where it needs nothing. */
  start(action: string, many: boolean): void {
    this.aimed = this.host.targets(many);
    if (!this.aimed.length) return toast(t("Chưa chọn cảnh báo nào. Bấm vào một dòng, hoặc j, k để chọn."));
    const dialog = this.dialog(action);
    if (!dialog) return void this.send(action, new URLSearchParams());
    const about = dialog.querySelector("[data-part=about]");
    if (about) about.textContent = this.aimed.length === 1 ? (this.aimed[0]?.number ?? "") : t("{n} cảnh báo", { n: this.aimed.length });
    this.blame(dialog, "");
    dialog.querySelector("form")?.reset();
    dialog.showModal();
    if (action === "join") void this.listIncidents(dialog);
  }

  private submit(event: SubmitEvent): void {
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    const action = form?.dataset["alertAction"];
    if (!form || !action) return;
    event.preventDefault();
    void this.send(action, new URLSearchParams(new FormData(form) as unknown as Record<string, string>), form.closest("dialog"));
  }

  private async send(action: string, body: URLSearchParams, dialog: HTMLDialogElement | null = null): Promise<void> {
    for (const { id, revision } of this.aimed) body.append("item", `${id}:${revision}`);
    const buttons = dialog?.querySelectorAll<HTMLButtonElement>("button[type=submit]") ?? [];
    buttons.forEach((button) => (button.disabled = true));
    try {
      this.show(await post(`/alerts/do/${action}/`, body));
      dialog?.close();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (dialog) this.blame(dialog, words);
      else toast(words);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  private show(outcome: Outcome): void {
    this.host.took(outcome.alerts, outcome.conflicts);
    const first = outcome.conflicts[0];
    const words = first && outcome.conflicts.length === 1 ? first.words : first ? `${first.words} ${t("và {n} cảnh báo khác đã được người khác xử lý.", { n: outcome.conflicts.length - 1 })}` : "";
    const all = [outcome.words, words].filter(Boolean).join(" ");
    toast(all, outcome.undo ? () => void this.undo(outcome.undo) : undefined);
  }

  private async undo(address: string): Promise<void> {
    try {
      this.show(await post(address, new URLSearchParams()));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  }

  private blame(dialog: HTMLDialogElement, words: string): void {
    const place = dialog.querySelector<HTMLElement>("[data-part=error]");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
  }

  /** The open incidents that an alert may join, nearest in kind first as the server orders them. */
  private async listIncidents(dialog: HTMLDialogElement): Promise<void> {
    const place = dialog.querySelector<HTMLElement>("[data-part=incidents]");
    if (!place) return;
    const say = (words: string): void => {
      const line = document.createElement("p");
      line.className = "muted s13";
      line.textContent = words;
      place.replaceChildren(line);
    };
    say(t("Đang lấy danh sách sự cố đang mở"));
    try {
      const answer = await fetch("/api/v1/incidents?state=open&limit=50", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = (await answer.json()) as { items: { id: string; number: string; title: string; place?: string }[] };
      if (!items.length) return say(t("Chưa có sự cố nào đang mở. Đóng hộp này rồi bấm Mở sự cố."));
      place.replaceChildren(...items.map((incident, at) => choice(incident, at === 0)));
    } catch {
      say(t("Chưa lấy được danh sách sự cố. Thử lại, hoặc mở sự cố mới."));
    }
  }
}

function choice(incident: { number: string; title: string; place?: string }, first: boolean): HTMLElement {
  const label = document.createElement("label");
  label.className = "choice";
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "incident", value: incident.number, required: true, checked: first });
  const name = document.createElement("b");
  name.textContent = incident.title;
  const small = document.createElement("small");
  small.textContent = [incident.number, incident.place].filter(Boolean).join(" · ");
  label.append(radio, name, small);
  return label;
}
