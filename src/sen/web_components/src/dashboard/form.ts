// The settings of one tile: a form per kind from the page's templates, filled from the tile, read back at every change.
import { t } from "../words";
import type { Rights, Tile } from "./content";
import { seriesFor } from "./server";

const MOST_SERIES = 7;

export class SettingsForm {
  constructor(
    private readonly place: HTMLElement,
    private readonly rights: Rights,
    private readonly search: { address: string; unit: string },
    private readonly changed: (tile: Tile) => void,
  ) {}

  clear(): void {
    this.place.replaceChildren();
  }

  show(tile: Tile): void {
    const template = document.querySelector<HTMLTemplateElement>(`template[data-form="${tile.kind}"]`);
    if (!template) return this.clear();
    const form = document.createElement("form");
    form.append(template.content.cloneNode(true));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.place.replaceChildren(form);
    this.fill(form, tile);
    form.addEventListener("change", () => this.read(form, tile));
    form.addEventListener("input", (event) => {
      if (event.target instanceof HTMLElement && event.target.matches("[data-field=title], [data-field=title_en], textarea")) this.read(form, tile);
    });
    this.followSearch(form, tile);
  }

  private fill(form: HTMLFormElement, tile: Tile): void {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("[data-field]")) {
      const path = field.dataset["field"] ?? "";
      const value = valueAt(tile, path);
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = ((value ?? []) as string[]).includes(field.value);
      else field.value = String(value ?? "");
      field.disabled = !this.rights.field(tile, path);
    }
    const one = hasSeries(tile);
    for (const radio of form.querySelectorAll<HTMLInputElement>("[data-source]")) {
      radio.checked = (radio.value === "series") === one;
      radio.disabled = !this.rights.field(tile, "settings/series") || !this.rights.field(tile, "settings/property");
    }
    this.showParts(form, tile, one);
  }

  private showParts(form: HTMLFormElement, tile: Tile, one: boolean): void {
    form.querySelectorAll<HTMLElement>("[data-when]").forEach((part) => (part.hidden = (part.dataset["when"] === "series") !== one));
    const list = form.querySelector<HTMLElement>("[data-part=chosen]");
    if (!list) return;
    const locked = !this.rights.field(tile, "settings/series");
    list.replaceChildren(
      ...seriesOf(tile).map((code) => {
        const chip = document.createElement("span");
        chip.className = "tok";
        const words = document.createElement("b");
        words.textContent = code;
        chip.append(words);
        if (!locked) {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = "×";
          button.setAttribute("aria-label", t("Bỏ {name}", { name: code }));
          button.addEventListener("click", () => {
            setSeries(tile, seriesOf(tile).filter((other) => other !== code));
            this.showParts(form, tile, true);
            this.changed(tile);
          });
          chip.append(button);
        }
        return chip;
      }),
    );
  }

  private read(form: HTMLFormElement, tile: Tile): void {
    const lists = new Map<string, string[]>();
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("[data-field]:not(:disabled)")) {
      const path = field.dataset["field"] ?? "";
      if (field instanceof HTMLInputElement && field.type === "checkbox") {
        lists.set(path, [...(lists.get(path) ?? []), ...(field.checked ? [field.value] : [])]);
      } else setAt(tile, path, field.dataset["type"] === "number" ? Number(field.value) : field.value);
    }
    for (const [path, values] of lists) setAt(tile, path, values);
    const source = form.querySelector<HTMLInputElement>("[data-source]:checked:not(:disabled)");
    if (source) {
      if (source.value === "series") setAt(tile, "settings/property", "");
      else {
        setSeries(tile, []);
        const select = form.querySelector<HTMLSelectElement>("[data-field='settings/property']");
        if (select && !select.value) select.selectedIndex = [...select.options].findIndex(({ value }) => value !== "");
        if (select) setAt(tile, "settings/property", select.value);
      }
      this.showParts(form, tile, source.value === "series");
    }
    this.changed(tile);
  }

  private followSearch(form: HTMLFormElement, tile: Tile): void {
    const input = form.querySelector<HTMLInputElement>("[data-series-search]");
    const list = form.querySelector<HTMLElement>("[data-part=found]");
    if (!input || !list) return;
    input.disabled = !this.rights.field(tile, "settings/series");
    let turn = 0;
    const ask = async (): Promise<void> => {
      const mine = (turn += 1);
      const found = await seriesFor(this.search.address, input.value, this.search.unit);
      if (mine !== turn) return;
      list.replaceChildren(
        ...found.map(({ code, name }) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = name;
          button.addEventListener("click", () => {
            const many = tile.kind === "chart";
            setSeries(tile, many ? [...new Set([...seriesOf(tile), code])].slice(0, MOST_SERIES) : [code]);
            setAt(tile, "settings/property", "");
            list.replaceChildren();
            input.value = "";
            this.showParts(form, tile, true);
            this.changed(tile);
          });
          return button;
        }),
      );
      if (!found.length) list.textContent = t("Không tìm thấy chuỗi số liệu nào.");
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), 200);
    });
    input.addEventListener("focus", () => void ask());
  }
}

const hasSeries = (tile: Tile): boolean => !tile.settings["property"];

function seriesOf(tile: Tile): string[] {
  const value = tile.settings["series"];
  return Array.isArray(value) ? (value as string[]) : value ? [String(value)] : [];
}

function setSeries(tile: Tile, codes: string[]): void {
  tile.settings["series"] = tile.kind === "chart" ? codes : (codes[0] ?? "");
}

function valueAt(tile: Tile, path: string): unknown {
  const [first, second] = path.split("/");
  return second ? tile.settings[second] : (tile as unknown as Record<string, unknown>)[first ?? ""];
}

function setAt(tile: Tile, path: string, value: unknown): void {
  const [first, second] = path.split("/");
  if (second) tile.settings[second] = value;
  else (tile as unknown as Record<string, unknown>)[first ?? ""] = value;
}
