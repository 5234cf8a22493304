// The muted base under the data: land, water, boundaries and names in the colours of the page's tokens. No glyph files: MapLibre
// draws the letters with the page's own font.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { token } from "../theme";

const FONT = ["Inter Variable"];

/** A style over the base map's GeoJSON files and the province's territories; built again when the theme changes.
 *  With the code of a unit as `ground`, the map is cut to it: what lies outside recedes. */
export function baseStyle(basemap: Record<string, string>, territories: string, ground = ""): StyleSpecification {
  const sources: StyleSpecification["sources"] = { territories: { type: "geojson", data: territories } };
  for (const [name, address] of Object.entries(basemap)) sources[name] = { type: "geojson", data: address };
  return { version: 8, sources, layers: layers(new Set(Object.keys(basemap)), ground) };
}

function layers(known: Set<string>, ground: string): LayerSpecification[] {
  const inside: ExpressionSpecification = ["==", ["get", "code"], ground];
  const all: LayerSpecification[] = [
    { id: "sea", type: "background", paint: { "background-color": token("--water") } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": token("--land-out") } },
    { id: "countries", type: "line", source: "borders", paint: { "line-color": token("--line-strong"), "line-width": 1 } },
    {
      id: "territory", type: "fill", source: "territories", filter: ["!=", ["get", "level"], "province"],
      paint: { "fill-color": ground ? ["case", inside, token("--land-in"), token("--land-out")] : token("--land-in") },
    },
    {
      id: "communes", type: "line", source: "territories", filter: ["all", ["!=", ["get", "level"], "province"], ["!=", ["get", "approximate"], true]],
      paint: { "line-color": token("--map-line"), "line-width": 0.75 },
    },
    {
      id: "communes-approximate", type: "line", source: "territories", filter: ["all", ["!=", ["get", "level"], "province"], ["==", ["get", "approximate"], true]],
      paint: { "line-color": token("--map-line"), "line-width": 0.75, "line-dasharray": [3, 3] },
    },
    {
      id: "rivers", type: "line", source: "rivers", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": token("--water"), "line-width": ["interpolate", ["linear"], ["zoom"], 5, byRank(1), 8, byRank(3.5), 11, byRank(11)] },
    },
    {
      id: "province", type: "line", source: "territories", filter: ["==", ["get", "level"], "province"],
      paint: { "line-color": token("--map-border"), "line-width": 1.5 },
    },
    ...(ground ? [outline(inside)] : []),
    ...names(ground),
  ];
  return all.filter((layer) => !("source" in layer) || layer.source === "territories" || known.has(layer.source as string));
}

function outline(inside: ExpressionSpecification): LayerSpecification {
  return { id: "ground", type: "line", source: "territories", filter: inside, paint: { "line-color": token("--map-border"), "line-width": 2 } };
}

function names(ground: string): LayerSpecification[] {
  const halo = { "text-halo-color": token("--land-in"), "text-halo-width": 1.5 };
  return [
    {
      id: "names-communes", type: "symbol", source: "territories", minzoom: 9.4, filter: ["!=", ["get", "level"], "province"],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 8 },
      paint: { "text-color": token("--map-label"), "text-opacity": ground ? ["case", ["==", ["get", "code"], ground], 1, 0.35] : 1, ...halo },
    },
    {
      id: "names-places", type: "symbol", source: "places", filter: ["!", ["in", ["get", "kind"], ["literal", ["sea", "island", "water"]]]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-anchor": "bottom", "text-offset": [0, -0.9], "symbol-sort-key": ["coalesce", ["get", "rank"], 5] },
      paint: { "text-color": token("--map-label"), "text-halo-color": token("--land-out"), "text-halo-width": 1.5 },
    },
    {
      id: "names-sea", type: "symbol", source: "places", filter: ["in", ["get", "kind"], ["literal", ["sea", "island", "water"]]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true, "text-max-width": 7 },
      paint: { "text-color": token("--info"), "text-opacity": 0.9 },
    },
  ];
}

/** A width for a river by its rank: main branches whole, canals ever thinner. */
function byRank(width: number): ExpressionSpecification {
  return ["match", ["get", "rank"], 1, width, 2, width * 0.55, 3, width * 0.32, width * 0.22];
}
