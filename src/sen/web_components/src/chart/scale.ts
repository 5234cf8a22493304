// Where things stand on a chart: value and time scales with round steps.
import type { ChartData } from "./data";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 7 * HOUR;

/** Round values that cover the data and the limits; from zero unless the chart shows a level. */
export function valueTicks(data: ChartData): number[] {
  const values = data.series.flatMap((series) => series.points.flatMap(([, value]) => (value === null ? [] : [value])));
  const near = data.limits.map((limit) => limit.value).sort((a, b) => a - b);
  const highest = Math.max(...values, ...(near.length ? [near[0] as number] : []));
  // A limit far above everything measured would flatten the line; it is named at the edge instead.
  const shown = near.filter((value) => value <= Math.max(highest * 1.6, 0) || value === near[0]);
  const all = [...values, ...shown];
  if (!all.length) return [0, 1];
  let low = Math.min(...all);
  let high = Math.max(...all);
  if (!data.level && low >= 0) low = 0;
  if (high - low < 1e-9) high = low + 1;
  const step = roundStep((high - low) / 4);
  const first = Math.floor(low / step) * step;
  const ticks: number[] = [];
  for (let value = first; value < high + step * 0.999; value += step) ticks.push(Number(value.toFixed(8)));
  return ticks;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10) * power;
}

/** Moments to name under the axis: hours for two days, days for a month, months for a year. */
export function timeTicks(from: number, to: number, most: number): { time: number; kind: "clock" | "day" | "month" }[] {
  const span = to - from;
  if (span > 100 * DAY) return monthStarts(from, to, most);
  const steps = span <= 3 * DAY ? [1, 2, 3, 6, 12, 24].map((h) => h * HOUR) : [1, 2, 3, 7, 14].map((d) => d * DAY);
  const step = steps.find((candidate) => span / candidate <= most) ?? (steps.at(-1) as number);
  const ticks = [];
  for (let time = Math.ceil((from + ZONE) / step) * step - ZONE; time <= to; time += step) {
    ticks.push({ time, kind: (time + ZONE) % DAY === 0 ? ("day" as const) : ("clock" as const) });
  }
  return ticks;
}

function monthStarts(from: number, to: number, most: number): { time: number; kind: "month" }[] {
  const ticks: { time: number; kind: "month" }[] = [];
  const first = new Date(from + ZONE);
  const every = Math.max(1, Math.ceil((to - from) / (30.4 * DAY) / most));
  for (let month = first.getUTCMonth() + 1; ; month += every) {
    const time = Date.UTC(first.getUTCFullYear(), month, 1) - ZONE;
    if (time > to) return ticks;
    ticks.push({ time, kind: "month" });
  }
}
