// Map symbols: shape says the kind, fill says the state (or the index), a ring the selection, a dashed ring that data are stale.
import { svg } from "../svg";
import { t } from "../words";

export type State = "normal" | "notice" | "warning" | "serious" | "emergency" | "stale" | "no_data";

export interface Station {
  code: string;
  name: string;
  kind: string;
  lon: number;
  lat: number;
  state: State;
  stale: boolean;
  /** 1 to 6 from the lowest value of the index, for the paint "index"; null where there is none. */
  category: number | null;
  indexName: string | null;
  indexValue: number | null;
  label: string;
  reason: string;
  newest: number | null;
}

export interface Cluster {
  id: string;
  lon: number;
  lat: number;
  count: number;
  worst: State;
}

const STATE_WORDS: Record<State, string> = {
  normal: "Bình thường",
  notice: "Chú ý",
  warning: "Cảnh báo",
  serious: "Nghiêm trọng",
  emergency: "Khẩn cấp",
  stale: "Trễ số liệu",
  no_data: "Chưa có số liệu",
};

export const stateWords = (state: State): string => t(STATE_WORDS[state] ?? state);
export const isAbnormal = (state: State): boolean => state === "notice" || state === "warning" || state === "serious" || state === "emergency";

const shapes: Record<string, (group: Element) => void> = {
  square: (g) => {
    svg("rect", { class: "sh", x: -7, y: -7, width: 14, height: 14, rx: 2 }, g);
    svg("path", { d: "M-4 1c1.3-2 2.7-2 4 0s2.7 2 4 0", class: "in" }, g);
  },
  circle: (g) => svg("circle", { class: "sh", r: 7 }, g),
  drop: (g) => svg("path", { class: "sh", d: "M0-9c4.5 5 6.5 7.5 6.5 10.5a6.5 6.5 0 0 1-13 0C-6.5-1.5-4.5-4 0-9z" }, g),
  capsule: (g) => svg("rect", { class: "sh", x: -4.5, y: -8, width: 9, height: 16, rx: 4.5 }, g),
  dot: (g) => svg("circle", { class: "sh", r: 4.5 }, g),
  diamond: (g) => svg("path", { class: "sh", d: "M0-8 8 0 0 8-8 0z" }, g),
};

const BY_KIND: Record<string, string> = {
  air_station: "circle",
  emission_station: "circle",
  weather_station: "diamond",
  rain_gauge: "diamond",
  water_level_station: "square",
  tide_gauge: "square",
  salinity_station: "capsule",
  surface_water_station: "drop",
  wastewater_station: "drop",
  sensor: "dot",
};

const shapeOf = (kind: string): string => BY_KIND[kind] ?? "circle";

export function drawStation(station: Station, selected: boolean, paint: "state" | "index", named: boolean): SVGElement {
  const stale = station.stale || station.state === "stale" || station.state === "no_data";
  const index = paint === "index" && station.category !== null ? `x${station.indexName === "VN_WQI" ? "w" : ""}${station.category}` : "";
  const tone = paint === "state" ? station.state : "";
  const group = svg("g", { class: `msym ${tone} ${index} ${stale ? "stale" : ""} ${paint}`, "data-code": station.code });
  if (selected) svg("circle", { class: "ring", r: 14 }, group);
  if (stale) svg("circle", { class: "stl", r: 12 }, group);
  (shapes[shapeOf(station.kind)] ?? shapes["circle"])?.(group);
  if (named && station.label) svg("text", { x: selected ? 18 : 12, y: 4 }, group, station.label);
  svg("title", {}, group, `${station.name} · ${stale ? t("Trễ số liệu") : stateWords(station.state)}`);
  svg("circle", { class: "hit", r: 14 }, group);
  return group;
}

export function drawCluster(cluster: Cluster): SVGElement {
  const words = cluster.count >= 1000 ? `${Math.round(cluster.count / 100) / 10}k` : String(cluster.count);
  const wide = Math.max(22, 12 + 8 * words.length);
  const group = svg("g", { class: `msym cluster ${cluster.worst}`, "data-cluster": cluster.id });
  svg("rect", { class: "sh", x: -wide / 2, y: -10, width: wide, height: 20, rx: 10 }, group);
  svg("text", { y: 4.5, "text-anchor": "middle" }, group, words);
  svg("title", {}, group, t("{n} điểm, mức cao nhất: {state}", { n: cluster.count, state: stateWords(cluster.worst) }));
  return group;
}
