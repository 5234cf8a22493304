// <sen-area>: a circle or a polygon drawn on the map, written as JSON into the form beside it, which asks who is affected.
// Everything also works without the canvas: centre and radius can be typed.
import type { Feature, FeatureCollection } from "geojson";
import { Map as BaseMap, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";

import { baseStyle } from "../map/base_style";
import { token } from "../theme";

type Point = [number, number];
const EARTH_KM = 6371.0088;
const SIDES = 64;

class SenArea extends HTMLElement {
  private map: BaseMap | undefined;
  private shape: "circle" | "polygon" = "circle";
  private points: Point[] = [];
  private gone = new AbortController();

  connectedCallback(): void {
    const { signal } = this.gone;
    this.addEventListener("click", (event) => this.press(event.target as Element), { signal });
    this.form.addEventListener("input", () => this.typed(), { signal });
    // The form's own submit is htmx's; the area must stand in it before.
    this.form.addEventListener("submit", () => this.write(), { signal, capture: true });
    document.addEventListener("sen:theme", () => this.map?.setStyle(this.style_(), { diff: false }), { signal });
    if (this.dataset["worker"]) setWorkerUrl(new URL(this.dataset["worker"], location.href).href);
    this.typed();
    try {
      this.start();
    } catch {
      this.dataset["ready"] = "plain";
    }
    // htmx takes the form over when the page has loaded; before that nobody would hear the question.
    if (this.points.length) addEventListener("load", () => this.ask(), { signal, once: true });
  }

  disconnectedCallback(): void {
    this.gone.abort();
    this.map?.remove();
  }

  private get form(): HTMLFormElement {
    return this.querySelector("form") as HTMLFormElement;
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private number(name: string): number {
    return Number(this.field(name).value.replace(",", ".")) || 0;
  }

  private style_(): ReturnType<typeof baseStyle> {
    const folder = new URL(this.dataset["basemap"] ?? "/", location.href).href;
    const files = Object.fromEntries(["land", "borders", "rivers", "places"].map((name) => [name, `${folder}${name}.geojson`]));
    return baseStyle(files, new URL(this.dataset["territories"] ?? "", location.href).href);
  }

  private start(): void {
    const [west, south, east, north] = (this.dataset["bounds"] ?? "").split(",").map(Number) as [number, number, number, number];
    const map = new BaseMap({
      container: this.querySelector(".canvas") as HTMLElement, style: this.style_(), bounds: [[west, south], [east, north]],
      fitBoundsOptions: { padding: 16 }, attributionControl: false, dragRotate: false, renderWorldCopies: false, fadeDuration: 0, minZoom: 4,
    });
    this.map = map;
    map.on("click", ({ lngLat }) => this.place([lngLat.lng, lngLat.lat]));
    map.on("style.load", () => this.layer());
    map.on("load", () => {
      this.dataset["ready"] = "map";
    });
  }

  private layer(): void {
    const map = this.map as BaseMap;
    map.addSource("drawn", { type: "geojson", data: this.drawn() });
    map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": token("--accent"), "fill-opacity": 0.18 } });
    map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": token("--accent"), "line-width": 2 } });
    map.addLayer({ id: "drawn-points", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": token("--accent"), "circle-radius": 5 } });
  }

  private press(target: Element): void {
    const shape = target.closest<HTMLElement>("[data-shape]")?.dataset["shape"];
    if (shape === "circle" || shape === "polygon") {
      this.shape = shape;
      this.points = [];
      for (const button of this.querySelectorAll<HTMLElement>("[data-shape]")) button.setAttribute("aria-pressed", String(button.dataset["shape"] === shape));
      (this.querySelector("[data-how-circle]") as HTMLElement).hidden = shape !== "circle";
      (this.querySelector("[data-how-polygon]") as HTMLElement).hidden = shape !== "polygon";
      this.show();
    }
    if (target.closest("[data-clear]")) {
      this.points = [];
      this.show();
    }
  }

  private place(point: Point): void {
    if (this.shape === "circle") {
      this.points = [point];
      this.field("lon").value = point[0].toFixed(5);
      this.field("lat").value = point[1].toFixed(5);
    } else {
      this.points.push(point);
    }
    this.show();
    if (this.complete) this.ask();
  }

  /** Typed coordinates are a circle; the map follows. */
  private typed(): void {
    if (!this.number("lon") || !this.number("lat")) return;
    this.shape = "circle";
    this.points = [[this.number("lon"), this.number("lat")]];
    this.show();
  }

  private get complete(): boolean {
    return this.points.length >= (this.shape === "circle" ? 1 : 3);
  }

  private write(): void {
    const [first] = this.points;
    const area = this.shape === "circle" ? { kind: "circle", lon: first?.[0] ?? 0, lat: first?.[1] ?? 0, km: this.number("km") } : { kind: "polygon", points: this.points };
    this.field("area").value = JSON.stringify(area);
  }

  private ask(): void {
    this.write();
    this.form.dispatchEvent(new CustomEvent("sen:drawn"));
  }

  private show(): void {
    (this.map?.getSource("drawn") as GeoJSONSource | undefined)?.setData(this.drawn());
  }

  private drawn(): FeatureCollection {
    const points = this.points.map((point): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: point } }));
    const ring = this.shape === "circle" ? this.circle() : this.points;
    if (!this.complete || ring.length < 3) return { type: "FeatureCollection", features: points };
    const polygon: Feature = { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...ring, ring[0] as Point]] } };
    return { type: "FeatureCollection", features: [polygon, ...points] };
  }

  private circle(): Point[] {
    const [middle] = this.points;
    const north = ((this.number("km") / EARTH_KM) * 180) / Math.PI;
    if (!middle || !(north > 0)) return [];
    const east = north / Math.cos((middle[1] * Math.PI) / 180);
    return Array.from({ length: SIDES }, (_, step) => {
      const turn = (2 * Math.PI * step) / SIDES;
      return [middle[0] + east * Math.cos(turn), middle[1] + north * Math.sin(turn)];
    });
  }
}

customElements.define("sen-area", SenArea);
