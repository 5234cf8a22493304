// Makes the offline base map: land and country borders from Natural Earth 1:10m (npm world-atlas, public domain), clipped to
// Vietnam and its seas, and copies the project's own rivers and names beside them. See console/basemap/README.md.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { feature, mesh } from "topojson-client";

const BOX = { west: 101, south: 6, east: 118, north: 24 };
const OWN = new URL("../../console/basemap/", import.meta.url);
// Natural Earth lists these groups of islets as areas of nobody; the map names the archipelagos itself.
const LEFT_OUT = new Set(["Paracel Is.", "Spratly Is.", "Scarborough Reef"]);

const round = (value) => Math.round(value * 1e4) / 1e4;
const edges = [
  { inside: (p) => p[0] >= BOX.west, cut: (a, b) => at(a, b, 0, BOX.west) },
  { inside: (p) => p[0] <= BOX.east, cut: (a, b) => at(a, b, 0, BOX.east) },
  { inside: (p) => p[1] >= BOX.south, cut: (a, b) => at(a, b, 1, BOX.south) },
  { inside: (p) => p[1] <= BOX.north, cut: (a, b) => at(a, b, 1, BOX.north) },
];

function at(a, b, axis, value) {
  const share = (value - a[axis]) / (b[axis] - a[axis]);
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

/** A ring within the box (Sutherland-Hodgman); null when nothing is left. */
function clipRing(ring) {
  let points = ring.slice(0, -1);
  for (const { inside, cut } of edges) {
    const kept = [];
    points.forEach((point, index) => {
      const before = points[(index + points.length - 1) % points.length];
      if (inside(point) !== inside(before)) kept.push(cut(before, point));
      if (inside(point)) kept.push(point);
    });
    points = kept;
    if (points.length < 3) return null;
  }
  return [...points, points[0]].map((point) => point.map(round));
}

/** The stretches of a line whose points lie within the box. */
function clipLine(line) {
  const stretches = [[]];
  for (const point of line) {
    if (edges.every(({ inside }) => inside(point))) stretches.at(-1).push(point.map(round));
    else if (stretches.at(-1).length) stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length > 1);
}

function area(ring) {
  return Math.abs(ring.slice(1).reduce((sum, point, index) => sum + ring[index][0] * point[1] - point[0] * ring[index][1], 0)) / 2;
}

export function makeBasemap(out) {
  mkdirSync(out, { recursive: true });
  const atlas = JSON.parse(readFileSync(new URL(import.meta.resolve("world-atlas/countries-10m.json")), "utf8"));
  const countries = atlas.objects.countries;
  countries.geometries = countries.geometries.filter((geometry) => !LEFT_OUT.has(geometry.properties.name));
  const land = [];
  for (const { geometry, properties } of feature(atlas, countries).features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const kept = polygons.map((rings) => rings.map(clipRing).filter(Boolean)).filter((rings) => rings.length && area(rings[0]) > 1e-5);
    if (kept.length) land.push({ type: "Feature", properties: { home: properties.name === "Vietnam" }, geometry: { type: "MultiPolygon", coordinates: kept } });
  }
  const borders = mesh(atlas, countries, (a, b) => a !== b).coordinates.flatMap(clipLine);
  write(out, "land", land);
  write(out, "borders", [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: borders } }]);
  for (const name of ["rivers", "places"]) copyFileSync(new URL(`${name}.geojson`, OWN), `${out}/${name}.geojson`);
}

function write(out, name, features) {
  writeFileSync(`${out}/${name}.geojson`, JSON.stringify({ type: "FeatureCollection", features }));
}
