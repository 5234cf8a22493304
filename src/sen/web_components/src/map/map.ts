// <sen-map>: the muted base on a WebGL canvas, symbols above it as SVG so that they keep their size, take the page's tokens and
// can be tested. The list below the map says the same and is what the keyboard walks through.
import { Map as BaseMap, setWorkerUrl } from "maplibre-gl";

import { duration } from "../format";
import { t } from "../words";
import { baseStyle } from "./base_style";
import { drawCluster, drawStation, isAbnormal, stateWords, type Cluster, type Station } from "./symbols";
import { fetchView, withMarks, type Mark, type View } from "./view";

const RANK = ["normal", "no_data", "stale", "notice", "warning", "serious", "emergency"];
const REFRESH_MS = 5_000;

class SenMap extends HTMLElement {
  private map: BaseMap | undefined;
  private view: View = { stations: [], clusters: [], total: 0 };
  private selected = "";
  private paint: "state" | "index" = "state";
  private asked = 0;
  private refreshing = false;
  private moving = false;
  private gone = new AbortController();
  private watcher: ResizeObserver | undefined;
  private moved = false;
  private marking = 0;
  private marks: ReadonlyMap<string, Mark> = new Map();
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.paint = this.dataset["paint"] === "index" ? "index" : "state";
    if (this.dataset["worker"]) setWorkerUrl(new URL(this.dataset["worker"], location.href).href);
    try {
      this.start();
    } catch {
      this.withoutCanvas();
    }
    this.symbols.addEventListener("click", (event) => this.press(event), { signal });
    this.symbols.addEventListener("pointerover", (event) => this.hover(event), { signal });
    this.symbols.addEventListener("pointerout", () => this.piece("preview")?.setAttribute("hidden", ""), { signal });
    document.addEventListener("click", (event) => this.control(event), { signal });
    document.addEventListener("sen:row", (event) => this.pick((event.target as HTMLElement).dataset["code"] ?? "", true), { signal });
    document.addEventListener("sen:theme", () => this.restyle(), { signal });
    this.addEventListener("sen:refresh", () => void this.refresh(), { signal });
    this.addEventListener("sen:marks", (event) => this.mark((event as CustomEvent<ReadonlyMap<string, Mark>>).detail), { signal });
    this.addEventListener("sen:choose", (event) => this.pick((event as CustomEvent<string>).detail, true), { signal });
    this.dispatchEvent(new CustomEvent("sen:map-ready", { bubbles: true }));
    const topics = (this.dataset["topics"] ?? "").split(",").filter(Boolean);
    if (topics.length) this.stop = window.sen?.listen(topics, () => this.soon());
  }

  /** A map that leaves the page, as it does every minute on a wall, gives back its canvas, its listeners and its place in the feed. */
  disconnectedCallback(): void {
    this.gone.abort();
    this.stop?.();
    this.watcher?.disconnect();
    this.map?.remove();
    this.map = undefined;
  }

  private get symbols(): SVGSVGElement {
    return this.querySelector(".msyms") as SVGSVGElement;
  }

  private piece(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part=${name}]`);
  }

  private get box(): [[number, number], [number, number]] {
    const [west, south, east, north] = (this.dataset["bounds"] ?? "").split(",").map(Number) as [number, number, number, number];
    return [[west, south], [east, north]];
  }

  private basemap(): Record<string, string> {
    const folder = new URL(this.dataset["basemap"] ?? "/", location.href).href;
    return Object.fromEntries(["land", "borders", "rivers", "places"].map((name) => [name, `${folder}${name}.geojson`]));
  }

  private start(): void {
    const map = new BaseMap({
      container: this.querySelector(".canvas") as HTMLElement,
      style: baseStyle(this.basemap(), new URL(this.dataset["territories"] ?? "", location.href).href, this.dataset["ground"] ?? ""),
      bounds: this.box,
      fitBoundsOptions: { padding: 24 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      maxZoom: 16,
      minZoom: 4,
    });
    this.map = map;
    map.touchZoomRotate.disableRotation();
    map.on("move", () => this.place());
    map.on("moveend", () => void this.refresh());
    map.on("load", () => {
      void this.refresh();
      this.noteApproximate();
    });
    map.on("movestart", (event) => {
      if (event.originalEvent) this.moved = true;
    });
    this.watcher = new ResizeObserver(() => {
      map.resize();
      // Until somebody moves it, a map shows its whole box whatever size it has: a wall stretches its tiles after they are drawn.
      if (!this.moved) map.fitBounds(this.box, { padding: 24, duration: 0 });
    });
    this.watcher.observe(this);
  }

  /** Where the browser cannot draw the base (no WebGL), the symbols still stand at their places on a plain ground. */
  private withoutCanvas(): void {
    const where = this.piece("where");
    if (where) where.textContent = t("Trình duyệt không vẽ được nền bản đồ; vị trí trạm vẫn đúng.");
    void this.refresh();
  }

  private async noteApproximate(): Promise<void> {
    const answer = await fetch(this.dataset["territories"] ?? "");
    const { features } = (await answer.json()) as { features: { properties: { approximate?: boolean } }[] };
    const note = this.piece("approximate");
    if (note) note.hidden = !features.some(({ properties }) => properties.approximate);
  }

  private restyle(): void {
    this.map?.setStyle(baseStyle(this.basemap(), new URL(this.dataset["territories"] ?? "", location.href).href, this.dataset["ground"] ?? ""), { diff: false });
  }

  private soon(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    setTimeout(() => {
      this.refreshing = false;
      void this.refresh();
    }, REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    const turn = (this.asked += 1);
    const bounds = this.map?.getBounds();
    const [[west, south], [east, north]] = this.box;
    const box = bounds
      ? [Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()), Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth())]
      : [west, south, east, north];
    try {
      const view = await fetchView(this.dataset["view"] ?? "", box, this.map?.getZoom() ?? 8, this.dataset["kind"] ?? "", this.dataset["show"] === "broken", this.dataset["only"] ?? "");
      if (turn !== this.asked) return;
      this.view = view;
      this.draw();
      const where = this.piece("where");
      if (where) {
        const words = document.createElement("b");
        words.textContent = t("{n} điểm đang hiện", { n: view.total });
        where.replaceChildren(words);
      }
      this.dataset["ready"] = "";
    } catch {
      const where = this.piece("where");
      if (where) where.textContent = t("Chưa lấy được vị trí trạm, sẽ thử lại.");
      this.dataset["ready"] = "error";
      this.soon();
    }
  }

  private point(lon: number, lat: number): { x: number; y: number } {
    if (this.map) return this.map.project([lon, lat]);
    const [[west, south], [east, north]] = this.box;
    const { width, height } = this.symbols.getBoundingClientRect();
    return { x: ((lon - west) / (east - west)) * width, y: ((north - lat) / (north - south)) * height };
  }

  private draw(): void {
    const order = (station: Station): number => RANK.indexOf(station.state) + (station.code === this.selected ? 100 : 0);
    const drawn: { element: SVGElement; lon: number; lat: number }[] = [];
    for (const cluster of this.view.clusters) drawn.push({ element: drawCluster(cluster), lon: cluster.lon, lat: cluster.lat });
    for (const station of withMarks(this.view, this.marks).sort((a, b) => order(a) - order(b))) {
      const chosen = station.code === this.selected;
      const label = this.paint === "index" && station.indexValue !== null && (station.category ?? 0) >= 3;
      const named = chosen || isAbnormal(station.state) || label;
      const shown = { ...station, label: label && this.paint === "index" ? `${station.name} ${station.indexValue}` : station.name };
      drawn.push({ element: drawStation(shown, chosen, this.paint, named), lon: station.lon, lat: station.lat });
    }
    this.symbols.replaceChildren(...drawn.map(({ element, lon, lat }) => {
      element.setAttribute("data-at", `${lon},${lat}`);
      return element;
    }));
    this.place();
    this.thinLabels();
  }

  /** Alerts that stand above the states of stations; drawn once per frame however many change. */
  private mark(marks: ReadonlyMap<string, Mark>): void {
    const first = this.marking === 0;
    this.marks = marks;
    if (first) this.marking = requestAnimationFrame(() => ((this.marking = 0), this.draw()));
  }

  private place(): void {
    if (this.moving) return;
    this.moving = true;
    requestAnimationFrame(() => {
      this.moving = false;
      for (const element of this.symbols.children) {
        const [lon, lat] = (element.getAttribute("data-at") ?? "0,0").split(",").map(Number) as [number, number];
        const { x, y } = this.point(lon, lat);
        element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      }
      this.thinLabels();
    });
  }

  /** Of labels that would cover each other, the one of the worse (later drawn) symbol stays. */
  private thinLabels(): void {
    const taken: DOMRect[] = [];
    for (const text of [...this.symbols.querySelectorAll<SVGTextElement>(".msym:not(.cluster) > text")].reverse()) {
      text.removeAttribute("visibility");
      const here = text.getBoundingClientRect();
      const covered = taken.some((other) => here.left < other.right && here.right > other.left && here.top < other.bottom && here.bottom > other.top);
      if (covered) text.setAttribute("visibility", "hidden");
      else taken.push(here);
    }
  }

  private stationOf(event: Event): Station | undefined {
    const code = event.target instanceof Element ? event.target.closest("[data-code]")?.getAttribute("data-code") : undefined;
    return withMarks(this.view, this.marks).find((station) => station.code === code);
  }

  private press(event: Event): void {
    const id = event.target instanceof Element ? event.target.closest("[data-cluster]")?.getAttribute("data-cluster") : undefined;
    const cluster = this.view.clusters.find((one: Cluster) => one.id === id);
    if (cluster) this.map?.easeTo({ center: [cluster.lon, cluster.lat], zoom: this.map.getZoom() + 2, duration: 180 });
    const station = this.stationOf(event);
    if (station) {
      const stays = this.dataset["stays"] !== undefined;
      if (station.code === this.selected && !stays) location.assign(`/assets/${encodeURIComponent(station.code)}/`);
      this.pick(station.code, false);
      this.dispatchEvent(new CustomEvent("sen:pick", { bubbles: true, detail: station.code }));
    }
  }

  private pick(code: string, move: boolean): void {
    if (!code || !this.contains(this.symbols)) return;
    this.selected = code;
    this.draw();
    document.querySelectorAll<HTMLElement>("tr[data-row][data-code]").forEach((row) => {
      row.setAttribute("aria-selected", String(row.dataset["code"] === code));
      if (!move && row.dataset["code"] === code) row.scrollIntoView({ block: "nearest" });
    });
    const station = this.view.stations.find((one) => one.code === code);
    if (move && station && this.map && !this.map.getBounds().contains([station.lon, station.lat])) {
      this.map.easeTo({ center: [station.lon, station.lat], duration: 180 });
    }
  }

  private hover(event: Event): void {
    const station = this.stationOf(event);
    const preview = this.piece("preview");
    if (!station || !preview) return;
    const name = document.createElement("b");
    name.textContent = station.name;
    const state = document.createElement("p");
    state.textContent = station.indexValue === null ? stateWords(station.state) : `${stateWords(station.state)} · ${station.indexName} ${station.indexValue}`;
    const why = document.createElement("p");
    why.className = "sm muted";
    why.textContent = station.reason || (station.newest ? t("số mới nhất {age} trước", { age: duration((Date.now() - station.newest) / 1000) }) : "");
    preview.replaceChildren(name, state, why);
    preview.hidden = false;
    const { x, y } = this.point(station.lon, station.lat);
    const { width, height } = this.symbols.getBoundingClientRect();
    preview.style.setProperty("left", `${Math.min(x + 16, width - 276)}px`);
    preview.style.setProperty("top", `${Math.min(y + 12, height - preview.offsetHeight - 8)}px`);
  }

  private control(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLElement>("[data-zoom]");
    // A page may show several maps, each with its own buttons.
    const zoom = this.contains(button ?? null) ? button?.dataset["zoom"] : undefined;
    if (zoom) this.moved = zoom !== "0";
    if (zoom === "0") this.map?.fitBounds(this.box, { padding: 24, duration: 180 });
    else if (zoom) this.map?.zoomTo(this.map.getZoom() + Number(zoom), { duration: 180 });
    const paint = target?.closest<HTMLElement>("[data-paint-to]")?.dataset["paintTo"];
    if (paint === "state" || paint === "index") {
      this.paint = paint;
      document.querySelectorAll<HTMLElement>("[data-paint-to]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset["paintTo"] === paint)));
      this.querySelectorAll<HTMLElement>("[data-legend]").forEach((legend) => (legend.hidden = legend.dataset["legend"] !== paint));
      const address = new URL(location.href);
      address.searchParams.set("paint", paint);
      history.replaceState(null, "", address);
      this.draw();
    }
  }
}

customElements.define("sen-map", SenMap);
