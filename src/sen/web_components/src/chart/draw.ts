// Draws one chart as SVG into a box: limits as labelled lines, quality marks, gaps hatched, a line that never crosses a gap.
import { clock, dayMonth, moment, monthYear, number } from "../format";
import { svg } from "../svg";
import { t } from "../words";
import type { ChartData, Series } from "./data";
import { timeTicks, valueTicks } from "./scale";

const TOP = 14;
const BOTTOM = 24;
let patterns = 0;

interface Frame {
  root: SVGElement;
  width: number;
  left: number;
  right: number;
  floor: number;
  narrow: boolean;
  /** Only limits are named, at the right end: what a small chart in a pane has room for. */
  limitsOnly: boolean;
  x: (time: number) => number;
  y: (value: number) => number;
}

/** Space on the right for the names of lines; inside the plot on narrow screens. */
const nameSpace = (data: ChartData, limitsOnly: boolean): number =>
  Math.min(150, 14 + 6.4 * Math.max(0, ...data.limits.map((l) => l.label.length), ...(limitsOnly ? [] : data.series.map((s) => endLabel(s, data).length))));

export function draw(box: HTMLElement, data: ChartData): void {
  const width = box.clientWidth;
  const height = box.clientHeight || 250;
  box.querySelector("svg")?.remove();
  if (!width) return;
  const narrow = width < 520;
  const limitsOnly = box.dataset["names"] === "limits";
  const ticks = valueTicks(data);
  const low = ticks[0] as number;
  const high = ticks.at(-1) as number;
  const decimals = Math.max(0, ...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const left = 12 + 7.2 * Math.max(...ticks.map((tick) => number(tick, decimals).length));
  const right = narrow && !limitsOnly ? 12 : nameSpace(data, limitsOnly);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": describe(data) });
  const frame: Frame = {
    root, width, left, right, narrow, limitsOnly,
    floor: height - BOTTOM,
    x: (time) => left + ((time - data.from) / (data.to - data.from)) * (width - left - right),
    y: (value) => TOP + ((high - value) / (high - low)) * (height - TOP - BOTTOM),
  };
  drawAxes(frame, data, ticks, decimals);
  drawGaps(frame, data);
  const names: Name[] = [];
  drawLimits(frame, data, low, high, names);
  for (const series of data.series) drawSeries(frame, data, series, names);
  drawForecastMarks(frame, data);
  if (!narrow || limitsOnly) drawNames(frame, names);
  box.append(root);
  followPointer(box, frame, data);
}

/** What the chart says in one sentence, for those who cannot see it. */
function describe(data: ChartData): string {
  const main = data.series.filter(({ role }) => role !== "forecast").at(-1);
  const last = main?.points.filter(([, value, mark]) => value !== null && mark === 0).at(-1);
  const newest = last ? t("mới nhất {value} {unit} lúc {when}", { value: number(last[1] as number, data.decimals), unit: data.unit, when: moment(last[0]) }) : t("không có số liệu hợp lệ");
  return `${data.label}, ${newest}. ${data.limits.map((limit) => limit.label).join("; ")}`;
}

function drawAxes({ root, width, left, right, floor, narrow, x, y }: Frame, data: ChartData, ticks: number[], decimals: number): void {
  for (const tick of ticks) {
    svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: "grid_" }, root);
    svg("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, root, number(tick, decimals));
  }
  svg("line", { x1: left, x2: width - right, y1: floor, y2: floor, class: "axis" }, root);
  for (const { time, kind } of timeTicks(data.from, data.to, narrow ? 4 : 9)) {
    svg("line", { x1: x(time), x2: x(time), y1: floor, y2: floor + 4, class: "axis" }, root);
    const words = kind === "clock" ? clock(time) : kind === "day" ? dayMonth(time) : monthYear(time);
    svg("text", { x: x(time), y: floor + 18, "text-anchor": "middle", class: kind === "day" ? "b" : "" }, root, words);
  }
}

function drawGaps({ root, floor, narrow, x }: Frame, data: ChartData): void {
  const id = `gap${(patterns += 1)}`;
  const pattern = svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("defs", {}, root));
  svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "hatch" }, pattern);
  for (const [from, to, label] of data.gaps) {
    const start = Math.max(x(from), x(data.from));
    const wide = x(to) - start;
    if (wide < 1.5) continue;
    svg("rect", { x: start, y: TOP, width: wide, height: floor - TOP, fill: `url(#${id})`, class: "gap" }, root);
    if (label && !narrow && wide > 40) svg("text", { x: start + wide / 2, y: TOP + 12, "text-anchor": "middle", class: "halo" }, root, label);
  }
}

interface Name {
  y: number;
  words: string;
  kind: string;
}

function drawLimits({ root, width, left, right, narrow, limitsOnly, y }: Frame, data: ChartData, low: number, high: number, names: Name[]): void {
  for (const limit of data.limits) {
    if (limit.value < low) continue;
    if (limit.value > high) {
      names.push({ y: TOP - 6, words: `↑ ${limit.label}`, kind: limit.severity });
      continue;
    }
    svg("line", { x1: left, x2: width - right, y1: y(limit.value), y2: y(limit.value), class: `lim ${limit.severity} ${limit.verified ? "" : "unsure"}` }, root);
    if (narrow && !limitsOnly) svg("text", { x: left + 4, y: y(limit.value) - 4, class: `${limit.severity} halo` }, root, limit.label);
    else names.push({ y: y(limit.value) + 4, words: limit.label, kind: limit.severity });
  }
}

function endLabel(series: Series, data: ChartData): string {
  const last = series.points.filter(([, value, mark]) => value !== null && (mark === 0 || mark === 3)).at(-1);
  if (!last) return "";
  const value = number(last[1] as number, data.decimals);
  // What does not fit beside the lines is cut in the name, never in the figure.
  const room = 18 - value.length;
  const name = data.series.length > 2 && series.name.length > room ? `${series.name.slice(0, room - 1)}…` : series.name;
  return `${name}: ${value}`;
}

/** The line breaks at a gap, at an invalid point and at a fault; to and from filled points it is dashed. */
function linePaths(series: Series, x: Frame["x"], y: Frame["y"]): { solid: string; filled: string } {
  const paths = { solid: "", filled: "" };
  let before: { time: number; here: string; filled: boolean; drawn?: "solid" | "filled" } | undefined;
  for (const [time, value, mark] of series.points) {
    if (value === null || mark === 1 || mark === 2) {
      before = undefined;
      continue;
    }
    const here = `${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    let drawn: "solid" | "filled" | undefined;
    if (before && time - before.time <= series.bridge) {
      drawn = mark === 3 || before.filled ? "filled" : "solid";
      paths[drawn] += `${before.drawn === drawn ? "" : `M${before.here}`}L${here}`;
    }
    before = { time, here, filled: mark === 3, ...(drawn ? { drawn } : {}) };
  }
  return paths;
}

/** The present as a dotted line, and the forecast's peak by its figure. */
function drawForecastMarks({ root, floor, x, y }: Frame, { now, peak, decimals }: ChartData): void {
  if (now !== undefined) svg("line", { x1: x(now), x2: x(now), y1: TOP, y2: floor, class: "now" }, root);
  if (peak) svg("text", { x: x(peak[0]), y: y(peak[1]) - 7, "text-anchor": "middle", class: "b halo" }, root, t("dự báo {value}", { value: number(peak[1], decimals) }));
}

function drawSeries({ root, limitsOnly, x, y }: Frame, data: ChartData, series: Series, names: Name[]): void {
  if (series.role === "forecast") return void svg("path", { d: linePaths(series, x, y).solid, class: "ln thin fc k1" }, root);
  const main = series.role === "main";
  const colour = series.colour ?? 1;
  const { solid, filled } = linePaths(series, x, y);
  svg("path", { d: solid, class: `ln ${main ? `k${colour}` : "k0 thin"}` }, root);
  if (filled) svg("path", { d: filled, class: `ln fc ${main ? `k${colour}` : "k0"}` }, root);
  const few = series.points.length <= 120;
  for (const [time, value, mark, note] of series.points) {
    if (value === null) continue;
    const at = { x: x(time), y: y(value) };
    const title = note ?? `${moment(time)} · ${number(value, data.decimals)} ${data.unit}`;
    if (mark === 1) svg("title", {}, svg("circle", { cx: at.x, cy: at.y, r: 3, class: "pt inv" }, root), title);
    else if (mark === 2) svg("title", {}, svg("path", { d: `M${at.x - 3.5} ${at.y - 3.5}l7 7m0-7l-7 7`, class: "pt flt" }, root), title);
    else if (few && !main) svg("circle", { cx: at.x, cy: at.y, r: 1.8, class: "pt" }, root);
  }
  const last = series.points.filter(([, value, mark]) => value !== null && mark !== 1 && mark !== 2).at(-1);
  if (!last) return;
  if (main) svg("circle", { cx: x(last[0]), cy: y(last[1] as number), r: 4.5, class: `end k${colour}e` }, root);
  if (!limitsOnly) names.push({ y: y(last[1] as number) + 4, words: endLabel(series, data), kind: main ? `k${colour}t` : "k0t" });
}

/** Names stand beside the ends of their lines, pushed apart where they would cover each other. */
function drawNames({ root, width, right }: Frame, names: Name[]): void {
  names.sort((a, b) => a.y - b.y);
  for (let i = 1; i < names.length; i += 1) {
    const above = names[i - 1] as Name;
    const here = names[i] as Name;
    if (here.y - above.y < 15) here.y = above.y + 15;
  }
  for (const { y, words, kind } of names) svg("text", { x: width - right + 8, y, class: kind }, root, words);
}

function followPointer(box: HTMLElement, { root, left, width, right, floor, x }: Frame, data: ChartData): void {
  const rule = svg("line", { y1: TOP, y2: floor, class: "now" }, root);
  rule.setAttribute("visibility", "hidden");
  let tip = box.querySelector<HTMLElement>(".tip");
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    box.append(tip);
  }
  const shown = tip;
  const points = data.series[0]?.points ?? [];
  box.onpointermove = (event) => {
    const at = event.clientX - box.getBoundingClientRect().left;
    if (at < left || at > width - right || !points.length) return box.onpointerleave?.(event);
    const time = data.from + ((at - left) / (width - left - right)) * (data.to - data.from);
    const near = points.reduce((best, point) => (Math.abs(point[0] - time) < Math.abs(best[0] - time) ? point : best));
    const lines = data.series.flatMap((series) => {
      const point = series.points.find(([when]) => when === near[0]);
      return point && point[1] !== null ? [`${series.name}: ${number(point[1], data.decimals)} ${data.unit}${point[3] ? ` · ${point[3]}` : ""}`] : [];
    });
    shown.textContent = [moment(near[0]), ...(lines.length ? lines : [t("không có số")])].join("\n");
    shown.hidden = false;
    rule.setAttribute("visibility", "visible");
    for (const end of ["x1", "x2"]) rule.setAttribute(end, String(x(near[0])));
    shown.style.setProperty("left", `${Math.min(x(near[0]) + 10, width - shown.offsetWidth - 4)}px`);
  };
  box.onpointerleave = () => {
    shown.hidden = true;
    rule.setAttribute("visibility", "hidden");
  };
}
