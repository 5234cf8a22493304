// <sen-units data-name>: units as chips with a field that finds more by name, with or without marks. Each chip sends its code.
import { t } from "../words";

interface Unit {
  code: string;
  name: string;
}

const SHOWN = 6;
const folded = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().trim();

let known: Unit[] | undefined;

function units(): Unit[] {
  known ??= JSON.parse(document.getElementById("task-units")?.textContent ?? "[]") as Unit[];
  return known;
}

function choices(): string {
  if (!document.getElementById("task-units-list")) {
    const list = document.createElement("datalist");
    list.id = "task-units-list";
    list.append(...units().map((one) => Object.assign(document.createElement("option"), { value: one.name })));
    document.body.append(list);
  }
  return "task-units-list";
}

class SenUnits extends HTMLElement {
  private input = document.createElement("input");

  connectedCallback(): void {
    if (this.contains(this.input)) return;
    const given = [...this.querySelectorAll<HTMLElement>(".uchip")].map((one) => ({ code: one.dataset["code"] ?? "", name: one.textContent ?? "" }));
    this.input.type = "text";
    this.input.autocomplete = "off";
    this.input.setAttribute("list", choices());
    this.input.setAttribute("aria-label", this.dataset["label"] ?? "");
    this.input.placeholder = this.dataset["label"] ?? "";
    this.input.addEventListener("change", () => this.take());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.take();
      } else if (event.key === "Backspace" && !this.input.value) {
        this.querySelector<HTMLElement>(".uchip:has(input):last-of-type")?.remove();
        this.fold();
      }
    });
    this.replaceChildren(this.input);
    given.forEach((one) => this.add(one));
  }

  /** The codes of the chips. */
  get codes(): string[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[type=hidden]")].map((one) => one.value);
  }

  private take(): void {
    const wanted = folded(this.input.value);
    if (!wanted) return;
    const all = units();
    const found = all.find((one) => folded(one.name) === wanted || one.code === wanted) ?? all.find((one) => folded(one.name).includes(wanted));
    this.input.setAttribute("aria-invalid", String(!found));
    if (!found) return;
    this.input.value = "";
    this.add(found);
  }

  private add(unit: Unit): void {
    if (this.codes.includes(unit.code)) return;
    const chip = document.createElement("span");
    chip.className = "uchip";
    chip.append(unit.name, Object.assign(document.createElement("input"), { type: "hidden", name: this.dataset["name"] ?? "", value: unit.code }));
    const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    drop.setAttribute("aria-label", t("Bỏ {name}", { name: unit.name }));
    drop.addEventListener("click", () => {
      chip.remove();
      this.fold();
      this.input.focus();
    });
    chip.append(drop);
    this.input.before(chip);
    this.fold();
  }

  /** Of a hundred communes the first few are shown; one press shows them all. */
  private fold(): void {
    this.querySelector(".more")?.remove();
    const chips = [...this.querySelectorAll<HTMLElement>(".uchip")];
    const folds = chips.length > SHOWN + 2 && this.dataset["open"] === undefined;
    chips.forEach((chip, index) => (chip.hidden = folds && index >= SHOWN));
    if (!folds) return;
    const more = Object.assign(document.createElement("button"), { type: "button", className: "uchip more", textContent: t("và {n} đơn vị nữa", { n: chips.length - SHOWN }) });
    more.addEventListener("click", () => {
      this.dataset["open"] = "";
      this.fold();
    });
    this.input.before(more);
  }
}

export function defineUnits(): void {
  customElements.define("sen-units", SenUnits);
}
