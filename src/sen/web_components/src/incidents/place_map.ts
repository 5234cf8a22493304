// <sen-place>: a small map of one place or of several incidents. `data-pick` names two fields that a click on the map fills.
import { Map as BaseMap, setWorkerUrl, type MapMouseEvent } from "maplibre-gl";

import { baseStyle } from "../map/base_style";
import { svg } from "../svg";

interface Point {
  lon: number;
  lat: number;
  name: string;
  tone: string;
  kind?: string;
  url?: string;
  label?: string;
}

class SenPlace extends HTMLElement {
  private map: BaseMap | undefined;
  private gone = new AbortController();

  connectedCallback(): void {
    const { signal } = this.gone;
    if (this.dataset["worker"]) setWorkerUrl(new URL(this.dataset["worker"], location.href).href);
    try {
      this.start();
    } catch {
      this.classList.add("no-canvas");
    }
    document.addEventListener("sen:theme", () => this.map?.setStyle(this.style_(), { diff: false }), { signal });
    const near = document.getElementById(this.dataset["near"] ?? "");
    near?.addEventListener("htmx:afterSwap", () => this.frame(near), { signal });
    for (const field of this.fields) field.addEventListener("change", () => this.moveTo(), { signal });
    this.dataset["ready"] = "";
  }

  disconnectedCallback(): void {
    this.gone.abort();
    this.map?.remove();
  }

  private get fields(): HTMLInputElement[] {
    return (this.dataset["pick"] ?? "").split(",").filter(Boolean).map((id) => document.getElementById(id) as HTMLInputElement);
  }

  private style_(): ReturnType<typeof baseStyle> {
    const folder = new URL(this.dataset["basemap"] ?? "/", location.href).href;
    const files = Object.fromEntries(["land", "borders", "rivers", "places"].map((name) => [name, `${folder}${name}.geojson`]));
    return baseStyle(files, new URL(this.dataset["territories"] ?? "", location.href).href, this.dataset["ground"] ?? "");
  }

  private get point(): [number, number] | undefined {
    const [lon, lat] = [this.dataset["lon"], this.dataset["lat"]].map((text) => Number((text ?? "").replace(",", ".")));
    return this.dataset["lon"] && lon && lat ? [lon, lat] : undefined;
  }

  private start(): void {
    const [west, south, east, north] = (this.dataset["bounds"] ?? "").replace(/;/g, ",").split(",").map(Number) as [number, number, number, number];
    const at = this.point;
    this.map = new BaseMap({
      container: this.querySelector(".canvas") as HTMLElement, style: this.style_(), attributionControl: false, dragRotate: false, pitchWithRotate: false,
      renderWorldCopies: false, fadeDuration: 0, maxZoom: 16, minZoom: 4, cooperativeGestures: matchMedia("(max-width: 760px)").matches,
      ...(at ? { center: at, zoom: 11.5 } : { bounds: [[west, south], [east, north]] as [[number, number], [number, number]], fitBoundsOptions: { padding: 16 } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.on("move", () => this.draw());
    this.map.on("load", () => this.draw());
    this.map.on("click", (event: MapMouseEvent) => this.pick(event));
    new ResizeObserver(() => this.map?.resize()).observe(this);
    this.draw();
  }

  private pick(event: MapMouseEvent): void {
    const [lon, lat] = this.fields;
    if (!lon || !lat) return;
    lon.value = event.lngLat.lng.toFixed(5);
    lat.value = event.lngLat.lat.toFixed(5);
    lon.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private moveTo(): void {
    const [lon, lat] = this.fields;
    this.dataset["lon"] = lon?.value ?? "";
    this.dataset["lat"] = lat?.value ?? "";
    this.draw();
  }

  private get points(): Point[] {
    const at = this.point;
    const own: Point[] = at ? [{ lon: at[0], lat: at[1], name: "", tone: this.dataset["tone"] ?? "warning", kind: "incident" }] : [];
    const listed = JSON.parse(document.getElementById(this.dataset["points"] ?? "")?.textContent ?? "[]") as Point[];
    const near = [...(document.getElementById(this.dataset["near"] ?? "")?.querySelectorAll<HTMLElement>("[data-lon]") ?? [])];
    const found = near.map((one) => ({ lon: Number(one.dataset["lon"]), lat: Number(one.dataset["lat"]), name: "", tone: "", kind: one.dataset["kind"] ?? "" }));
    return [...found, ...listed.map((one) => ({ ...one, kind: "incident" })), ...own];
  }

  private frame(near: HTMLElement): void {
    this.draw();
    const at = this.point;
    const far = [...near.querySelectorAll<HTMLElement>("[data-lon]")];
    if (!at || !far.length || !this.map) return;
    const lons = [at[0], ...far.map((one) => Number(one.dataset["lon"]))];
    const lats = [at[1], ...far.map((one) => Number(one.dataset["lat"]))];
    this.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 32, maxZoom: 13, duration: 180 });
  }

  private draw(): void {
    const place = this.querySelector("svg.msyms");
    if (!place || !this.map) return;
    place.replaceChildren();
    for (const point of this.points) {
      const { x, y } = this.map.project([point.lon, point.lat]);
      const group = svg("g", { class: `msym ${point.tone}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, place);
      if (point.kind === "incident") {
        if (!point.url) svg("circle", { class: "ring", r: 13 }, group);
        svg("path", { class: "sh", d: "M0-9 9 7H-9z" }, group);
        if (point.label) svg("text", { x: 12, y: 4 }, group, point.label);
      } else svg(point.kind === "camera" ? "rect" : "circle", point.kind === "camera" ? { class: "sh", x: -5, y: -4, width: 10, height: 8, rx: 1 } : { class: "sh", r: 5 }, group);
      if (point.name) svg("title", {}, group, point.name);
      if (point.url) group.addEventListener("click", () => location.assign(point.url ?? ""));
    }
  }
}

customElements.define("sen-place", SenPlace);
