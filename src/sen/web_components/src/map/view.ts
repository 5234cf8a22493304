// What the map shows in its present box, asked of GET /api/v1/map, which clusters on the server.
import type { Cluster, State, Station } from "./symbols";

interface Item {
  type: "asset" | "cluster";
  lon: number;
  lat: number;
  code?: string;
  name?: string;
  kind?: string;
  state?: State;
  freshness?: string;
  newest?: string | null;
  reason?: string;
  index?: { name: string; value: number; category: string } | null;
  count?: number;
  worst?: State;
}

export interface View {
  stations: Station[];
  clusters: Cluster[];
  total: number;
}

const BOUNDS: Record<string, number[]> = { VN_AQI: [50, 100, 150, 200, 300], VN_WQI: [9, 25, 50, 75, 90] };

/** The category's place, 1 for the lowest values. */
function rank(index: Item["index"]): number | null {
  const bounds = index ? BOUNDS[index.name] : undefined;
  return index && bounds ? 1 + bounds.filter((bound) => index.value > bound).length : null;
}

function station(item: Item): Station {
  const abnormal = ["notice", "warning", "serious", "emergency"].includes(item.state ?? "");
  return {
    code: item.code ?? "", name: item.name ?? "", kind: item.kind ?? "", lon: item.lon, lat: item.lat,
    state: item.state ?? "normal", stale: item.freshness === "lost" || item.freshness === "late" || item.freshness === "none",
    category: rank(item.index), indexName: item.index?.name ?? null, indexValue: item.index?.value ?? null,
    label: abnormal ? (item.name ?? "") : "", reason: item.reason ?? "", newest: item.newest ? Date.parse(item.newest) : null,
  };
}

async function ask(address: URL): Promise<{ items: Item[]; total: number }> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as { items: Item[]; total: number };
}

/** Stations and clusters in a box; `broken` keeps what is silent and what is over a limit. */
export async function fetchView(base: string, box: number[], zoom: number, kind: string, broken: boolean, unit = ""): Promise<View> {
  const address = (only: string): URL => {
    const url = new URL(base, location.href);
    url.searchParams.set("bbox", box.map((part) => part.toFixed(5)).join(","));
    url.searchParams.set("zoom", zoom.toFixed(1));
    if (kind) url.searchParams.set("kinds", kind);
    if (unit) url.searchParams.set("unit", unit);
    if (only) url.searchParams.set("only", only);
    return url;
  };
  const answers = await Promise.all((broken ? ["broken", "over"] : [""]).map((only) => ask(address(only))));
  const stations = new Map<string, Station>();
  const clusters: Cluster[] = [];
  for (const item of answers.flatMap(({ items }) => items)) {
    if (item.type === "asset") stations.set(item.code ?? "", station(item));
    else clusters.push({ id: `${item.lon},${item.lat}`, lon: item.lon, lat: item.lat, count: item.count ?? 0, worst: item.worst ?? "normal" });
  }
  const total = broken ? stations.size + clusters.reduce((sum, { count }) => sum + count, 0) : (answers[0]?.total ?? 0);
  return { stations: [...stations.values()], clusters, total };
}

/** An alert on a station: how bad, and where it stands in case the station itself is hidden in a cluster. */
export interface Mark {
  severity: State;
  name: string;
  lon: number | null;
  lat: number | null;
}

/** The stations with the alerts on them; a station inside a cluster steps out of it while it has an alert. */
export function withMarks(view: View, marks: ReadonlyMap<string, Mark>): Station[] {
  const known = new Set<string>();
  const shown = view.stations.map((one) => {
    known.add(one.code);
    const mark = marks.get(one.code);
    return mark ? { ...one, state: mark.severity, label: one.name } : one;
  });
  for (const [code, { severity, name, lon, lat }] of marks) {
    if (known.has(code) || lon === null || lat === null) continue;
    shown.push({ code, name, kind: "", lon, lat, state: severity, stale: false, category: null, indexName: null, indexValue: null, label: name, reason: "", newest: null });
  }
  return shown;
}
