// <sen-chart src="…">: fetches a chart, draws it, switches its range (`data-range` buttons), fetches again when live values of its
// series arrive, and fills the table (`[data-part=table]`) that says the same without a picture.
import { moment, number } from "../format";
import { listen } from "../live";
import { t } from "../words";
import type { ChartData, Mark } from "./data";
import { draw } from "./draw";

const MARK_WORDS: Record<Mark, string> = { 0: "hợp lệ", 1: "không hợp lệ", 2: "lỗi thiết bị", 3: "nội suy" };

class SenChart extends HTMLElement {
  private data: ChartData | undefined;
  private stop: (() => void) | undefined;
  private readonly watcher = new ResizeObserver(() => this.redraw());

  connectedCallback(): void {
    const given = this.querySelector("script[type='application/json']")?.textContent;
    if (given) this.show(JSON.parse(given) as ChartData);
    else void this.load();
    const box = this.box;
    if (box) this.watcher.observe(box);
    this.addEventListener("click", (event) => this.pick(event));
    const [asset, property] = (this.getAttribute("series") ?? "").split("/");
    if (asset) this.followLive(asset, property ?? "");
    void document.fonts.ready.then(() => this.redraw());
  }

  disconnectedCallback(): void {
    this.watcher.disconnect();
    this.stop?.();
  }

  private get box(): HTMLElement | null {
    return this.querySelector(".chart");
  }

  private pick(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-range]") : null;
    if (!button) return;
    this.querySelectorAll("[data-range]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    const address = new URL(this.getAttribute("src") ?? "", location.href);
    address.searchParams.set("range", button.dataset["range"] ?? "");
    this.setAttribute("src", address.pathname + address.search);
    void this.load();
  }

  private async load(): Promise<void> {
    const address = this.getAttribute("src");
    if (!address) return;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) return this.show((await answer.json()) as ChartData);
    this.dataset["ready"] = "error";
    const box = this.box;
    if (box) box.textContent = t("Không lấy được số liệu của biểu đồ. Tải lại trang hoặc thử lại sau ít phút.");
  }

  private show(data: ChartData): void {
    this.data = data;
    this.redraw();
    this.fillTable(data);
    this.dataset["ready"] = "";
  }

  private redraw(): void {
    const box = this.box;
    if (box && this.data) draw(box, this.data);
  }

  private followLive(asset: string, property: string): void {
    let waiting = false;
    this.stop = listen([`asset:${asset}`], ({ name, data }) => {
      if (name !== "observation" || data["asset"] !== asset || data["property"] !== property || waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        void this.load();
      }, 5_000);
    });
  }

  private fillTable(data: ChartData): void {
    const body = this.querySelector("[data-part=table] tbody");
    const series = data.series[0];
    if (!body || !series) return;
    const rows = series.points.slice(-500).reverse().map(([time, value, mark, note]) => {
      const row = document.createElement("tr");
      const cells = [moment(time), value === null ? "–" : number(value, data.decimals), value === null ? t("không có số") : (note ?? t(MARK_WORDS[mark]))];
      cells.forEach((words, i) => {
        const cell = document.createElement("td");
        cell.textContent = words;
        if (i === 1) cell.className = "r";
        row.append(cell);
      });
      return row;
    });
    body.replaceChildren(...rows);
  }
}

export const defineChart = (): void => customElements.define("sen-chart", SenChart);
