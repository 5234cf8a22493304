// <sen-stage>: draws its content on a canvas of fixed proportions and scales it to the place it has, so that a wall looks the same
// at 1366×768 and in 4K, on its side, and as a thumbnail in the wall manager. Boards that need more room shrink, nothing scrolls.

/** Sides of the canvas in CSS pixels: at 1920×1080 everything is 1.6 times as large as on a desk. */
const LONG = 1200;
const SHORT = 675;
/** Height of a row of a board with its gap, and the gap, as on a desk. */
const ROW = 88;
const GAP = 12;
/** The width that a board needs, by its number of tiles (the last for all larger ones), and how far it may grow beyond its size. */
const BOARD_WIDTH = [0, 420, 560, 980];
const LARGEST = 1.35;
const SMALLEST_ROWS = 0.6;

class SenStage extends HTMLElement {
  private readonly watcher = new ResizeObserver(() => this.fit());

  connectedCallback(): void {
    this.watcher.observe(this);
  }

  disconnectedCallback(): void {
    this.watcher.disconnect();
  }

  /** Scale the canvas to this element, then each panel's content to its panel. Call it after other content came in. */
  fit(): void {
    const inner = this.querySelector<HTMLElement>(":scope > .stage-in");
    const { clientWidth: width, clientHeight: height } = this;
    if (!inner || !width || !height) return;
    const upright = height > width;
    const scale = upright ? Math.min(width / SHORT, height / LONG) : Math.min(width / LONG, height / SHORT);
    this.toggleAttribute("data-upright", upright);
    place(inner, width / scale, height / scale, scale);
    inner.querySelectorAll<HTMLElement>(".pan-b").forEach(fitPanel);
  }
}

function place(element: HTMLElement, width: number, height: number, scale: number): void {
  element.style.setProperty("width", `${width}px`);
  element.style.setProperty("height", `${height}px`);
  element.style.setProperty("transform", scale === 1 ? "none" : `scale(${scale})`);
}

function fitPanel(panel: HTMLElement): void {
  const content = panel.firstElementChild;
  if (!(content instanceof HTMLElement)) return;
  const { clientWidth: width, clientHeight: height } = panel;
  const rows = Number(content.dataset["rows"] ?? 0);
  const count = content.querySelectorAll("[data-tile]").length;
  const wanted = rows ? (BOARD_WIDTH[Math.min(count, BOARD_WIDTH.length - 1)] ?? width) : width;
  content.style.setProperty("width", `${wanted}px`);
  content.style.setProperty("height", "auto");
  const tall = rows ? rows * ROW - GAP : content.scrollHeight;
  const scale = Math.min(rows ? LARGEST : 1, width / wanted, height / Math.max(1, tall));
  place(content, width / scale, height / scale, scale);
  content.querySelectorAll<HTMLElement>(".tile-rows").forEach(fitRows);
}

/** Nobody can scroll on a wall: a list that is longer than its tile is drawn smaller, down to where it can just be read. */
function fitRows(list: HTMLElement): void {
  const table = list.firstElementChild;
  if (!(table instanceof HTMLElement)) return;
  table.style.setProperty("zoom", "1");
  const share = list.clientHeight / Math.max(1, list.scrollHeight);
  if (share < 1) table.style.setProperty("zoom", String(Math.max(SMALLEST_ROWS, share)));
}

export type Stage = SenStage;
export const defineStage = (): void => customElements.define("sen-stage", SenStage);
