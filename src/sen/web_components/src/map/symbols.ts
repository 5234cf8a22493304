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
  road: (g) => {
    svg("rect", { class: "sh", x: -9, y: -5.5, width: 18, height: 11, rx: 2 }, g);
    svg("path", { d: "M-6 0h3M-1.5 0h3M3 0h3", class: "in" }, g);
  },
  parking: (g) => {
    svg("rect", { class: "sh", x: -7, y: -7, width: 14, height: 14, rx: 4 }, g);
    svg("path", { d: "M-1.8 4.2v-8.4h2.3a2.4 2.4 0 0 1 0 4.8h-2.3", class: "in" }, g);
  },
  people: (g) => {
    svg("circle", { class: "sh", r: 7.5 }, g);
    svg("path", { d: "M-4 4.2c.4-2.6 1.9-4 4-4s3.6 1.4 4 4M0-1.4a1.9 1.9 0 1 1 0-3.8 1.9 1.9 0 0 1 0 3.8z", class: "in" }, g);
  },
  meter: (g) => {
    svg("path", { class: "sh", d: "M-7 7v-9a7 7 0 0 1 14 0v9z" }, g);
    svg("path", { d: "M1.4-5.5-2.6.6h2.9l-1 4 4-6.1H.4z", class: "in" }, g);
  },
  lamp: (g) => {
    svg("path", { class: "sh", d: "M0-9a6 6 0 0 1 3.4 11v2.5h-6.8V2A6 6 0 0 1 0-9zM-2.6 6h5.2v2.4h-5.2z" }, g);
  },
  panel: (g) => {
    svg("path", { class: "sh", d: "M-5.5-6H9L5.5 6H-9z" }, g);
    svg("path", { d: "M-7.2 0H7.2M1.7-6-1.7 6", class: "in" }, g);
  },
  trap: (g) => {
    svg("path", { class: "sh", d: "M-7-7H7v4L2 3v5h-4V3l-5-6z" }, g);
  },
  gate: (g) => {
    svg("path", { class: "sh", d: "M-8-8h3v2H5v-2h3V8H5V3H-5v5h-3z" }, g);
    svg("path", { d: "M-2.5-5.5v7M0-5.5v7M2.5-5.5v7", class: "in" }, g);
  },
  leaf: (g) => {
    svg("path", { class: "sh", d: "M-7 7C-8.5-2-3-8 8-8 8 3 2 8.5-7 7z" }, g);
    svg("path", { d: "M-7 7 2.5-2.5", class: "in" }, g);
  },
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
  traffic_counter: "road",
  parking_site: "parking",
  crowd_counter: "people",
  electricity_meter: "meter",
  lighting_cabinet: "lamp",
  solar_plant: "panel",
  pest_light_trap: "trap",
  sluice_gate: "gate",
  growing_area_station: "leaf",
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
