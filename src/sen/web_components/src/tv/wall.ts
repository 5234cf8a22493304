// A screen on a wall: asks for its state every few seconds, swaps the picture when another is due, refreshes the panels, and while
// the centre is away keeps the last picture, greyed and labelled. One timer for asking, one for the clock; nothing else is kept.
import { clock } from "../format";
import { t } from "../words";
import { Face } from "./face";
import { askPanel, askState, Changed, type State, Unknown } from "./state";
import type { Stage } from "./stage";

const EVERY_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;
const LOST_AFTER = 2;
/** The map's engine keeps some 30 kB of every map that left the page: once a day all of it is given back. */
const ANEW_AFTER_MS = 24 * 3_600_000;
const RELOADED = "sen.tv.reloaded-for";
const MY_ADDRESS = "sen.tv.address";

export class Wall {
  private readonly panels: HTMLElement;
  private readonly face: Face;
  private html: string[] = [];
  private revision: string;
  private refreshed = Date.now();
  private reached = 0;
  private failures = 0;
  private readonly opened = Date.now();

  constructor(
    private readonly stage: Stage,
    private state: State,
  ) {
    this.panels = stage.querySelector<HTMLElement>("[data-part=scene-panels]") as HTMLElement;
    this.revision = state.revision;
    this.face = new Face(stage);
    this.face.show(state);
    this.face.updated();
    this.reached = this.face.now();
  }

  start(): void {
    localStorage.setItem(MY_ADDRESS, location.pathname);
    this.loadMap();
    this.face.tick();
    setInterval(() => this.face.tick(), 1_000);
    this.later(EVERY_MS);
  }

  private later(wait: number): void {
    setTimeout(() => void this.turn(), wait * (0.9 + 0.2 * Math.random()));
  }

  private async turn(): Promise<void> {
    try {
      this.state = await askState(this.stage.dataset["state"] ?? "");
      if (this.outdated()) return;
      await this.show();
      this.here();
      this.later(this.untilNext());
    } catch (error) {
      if (error instanceof Unknown) return location.reload();
      if (error instanceof Changed) return this.later(500);
      this.away();
      this.later(Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** this.failures));
    }
  }

  /** Ask again when the next picture is due, if that is sooner than usual. */
  private untilNext(): number {
    const due = this.state.next ? Date.parse(this.state.next.at) - Date.parse(this.state.now) + 100 : EVERY_MS;
    return Math.max(250, Math.min(EVERY_MS, due));
  }

  /** The centre was updated, or a day has passed: load this page anew, once for each build, and not all screens in the same second. */
  private outdated(): boolean {
    const { build } = this.state;
    const updated = build !== this.stage.dataset["build"] && sessionStorage.getItem(RELOADED) !== build;
    if (!updated && Date.now() - this.opened < ANEW_AFTER_MS) return false;
    sessionStorage.setItem(RELOADED, build);
    setTimeout(() => location.reload(), Math.random() * 5_000);
    return true;
  }

  private async show(): Promise<void> {
    const changed = this.state.revision !== this.revision;
    if (!changed && Date.now() - this.refreshed < this.state.refresh * 1_000) return this.face.show(this.state);
    const places = [...Array(this.state.panels).keys()];
    const answers = await Promise.allSettled(places.map((place) => askPanel(this.address(place), this.state.revision)));
    const other = answers.find((one) => one.status === "rejected" && one.reason instanceof Changed);
    if (other) throw new Changed();
    if (answers.length && answers.every((one) => one.status === "rejected")) throw new Error("no panel answers");
    if (changed) this.frame();
    answers.forEach((answer, place) => this.fill(place, answer.status === "fulfilled" ? answer.value : undefined));
    this.revision = this.state.revision;
    this.refreshed = Date.now();
    document.documentElement.dataset["theme"] = this.state.theme;
    this.face.show(this.state);
    if (answers.every((one) => one.status === "fulfilled")) this.face.updated();
    this.loadMap();
    this.stage.fit();
  }

  /** The map's script is large: it comes with the first scene that has a map. */
  private loadMap(): void {
    const address = this.stage.dataset["map"];
    if (!address || customElements.get("sen-map") || !this.panels.querySelector("sen-map") || document.querySelector("script[data-map]")) return;
    const script = document.createElement("script");
    Object.assign(script, { type: "module", src: address });
    script.dataset["map"] = "";
    document.head.append(script);
  }

  private address(place: number): string {
    return (this.stage.dataset["panel"] ?? "").replace(/\/0\/$/, `/${place}/`);
  }

  /** Empty frames of another picture; they are filled before the browser paints. */
  private frame(): void {
    this.html = [];
    this.panels.dataset["layout"] = this.state.layout;
    if (this.state.panels === 0) return this.panels.replaceChildren(copy("tv-nothing"));
    this.panels.replaceChildren(
      ...[...Array(this.state.panels).keys()].map((place) => {
        const frame = document.createElement("section");
        frame.className = "pan";
        frame.dataset["place"] = String(place);
        return frame;
      }),
    );
  }

  /** New content of a panel; one that could not be had keeps the old, or says so where there is none. */
  private fill(place: number, html: string | undefined): void {
    const frame = this.panels.children[place];
    if (!(frame instanceof HTMLElement)) return;
    if (html === undefined) frame.dataset["old"] = t("chưa làm mới được, số liệu cũ");
    else delete frame.dataset["old"];
    if (html !== undefined && html === this.html[place]) return;
    if (html === undefined) {
      if (!frame.firstElementChild) frame.replaceChildren(copy("tv-failed"));
      return;
    }
    const made = document.createElement("template");
    made.innerHTML = html;
    if (!renewed(frame, made.content)) frame.replaceChildren(made.content);
    this.html[place] = html;
  }

  private here(): void {
    this.failures = 0;
    this.reached = this.face.now();
    this.stage.removeAttribute("data-lost");
    this.face.lost("");
  }

  private away(): void {
    this.failures += 1;
    if (this.failures < LOST_AFTER) return;
    this.stage.setAttribute("data-lost", "");
    this.face.lost(t("Mất kết nối từ {time}, số liệu cũ", { time: clock(this.reached) }));
  }
}

const tiles = (board: ParentNode): HTMLElement[] => [...board.querySelectorAll<HTMLElement>("[data-tile]")];
const place = ({ dataset }: HTMLElement): string => [dataset["tile"], dataset["x"], dataset["y"], dataset["w"], dataset["h"]].join();

/** Where a board has the same tiles as before, only those whose figures changed are exchanged: maps and charts stay as they are. */
function renewed(frame: HTMLElement, fresh: DocumentFragment): boolean {
  const [old, made] = [tiles(frame), tiles(fresh)];
  if (!old.length || old.map(place).join(";") !== made.map(place).join(";")) return false;
  old.forEach((tile, at) => {
    const other = made[at];
    if (other && other.dataset["digest"] !== tile.dataset["digest"]) tile.replaceWith(other);
    else tile.querySelectorAll("sen-map").forEach((map) => map.dispatchEvent(new CustomEvent("sen:refresh")));
  });
  return true;
}

function copy(id: string): DocumentFragment {
  const template = document.getElementById(id);
  return template instanceof HTMLTemplateElement ? (template.content.cloneNode(true) as DocumentFragment) : document.createDocumentFragment();
}
