// <sen-alerts>: the operator console. It owns the queue, its live changes and the address of the page; the map, the table of
// stations near by and the detail follow what is chosen.
import htmx from "htmx.org";

import { listen } from "../live";
import type { LiveEvent } from "../live_messages";
import { Actions, post, type Target } from "./actions";
import { RANK, fromSummary, type Alert, type Severity, type Summary } from "./data";
import { Detail, shownTarget } from "./detail";
import { QueueView } from "./queue_view";
import { Store, type Filters, type Tab } from "./store";

interface Page {
  items: Summary[];
  next: string | null;
  counts: Record<string, number>;
}

const BATCH_MS = 200;
const COUNTS_MS = 1_500;
const SEEN_MS = 1_000;
const CATCH_UP_MS = 4_000;
const LOOKING_MS = 60_000;
const FILTERS = ["severity", "theme", "unit", "q"] as const;

export const narrow = (): boolean => matchMedia("(max-width: 760px)").matches;

class SenAlerts extends HTMLElement {
  private store!: Store;
  private view!: QueueView;
  private detail!: Detail;
  private actions: Actions | undefined;
  private next: string | null = null;
  private stop: (() => void) | undefined;
  private readonly gone = new AbortController();
  private readonly arrived = new Map<string, Alert>();
  private readonly lookers = new Map<string, ReturnType<typeof setTimeout>>();
  private flushing = false;
  private counting = false;
  private asked = 0;
  private seeing: ReturnType<typeof setTimeout> | undefined;
  private nearing: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    const { signal } = this.gone;
    this.store = new Store(this.filters);
    this.view = new QueueView(this.store, this.piece("queue"), document.getElementById("alert-row") as HTMLTemplateElement);
    this.detail = new Detail(this.piece("detail"));
    this.actions = new Actions(this, { targets: (many) => this.targets(many), took: (alerts) => this.took(alerts) });
    this.show(JSON.parse(document.getElementById("alert-rows")?.textContent ?? "{}") as Page);
    this.follow(new URL(location.href).searchParams.get("alert") ?? "");
    this.addEventListener("click", (event) => this.press(event), { signal });
    this.addEventListener("change", (event) => this.change(event), { signal });
    this.addEventListener("submit", (event) => this.search(event), { signal });
    this.addEventListener("sen:row", (event) => this.step(event), { signal });
    this.addEventListener("sen:pick", (event) => this.pickOnMap((event as CustomEvent<string>).detail), { signal });
    this.addEventListener("sen:map-ready", () => this.mapMarks(), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    addEventListener("popstate", () => void this.back(), { signal });
    this.stop = listen(["alerts"], (event) => this.hear(event));
    // What was raised between the making of the page and the opening of its feed.
    setTimeout(() => void this.ask({}).then((page) => this.take(page.items.map((one) => fromSummary(one, this.mine))), () => undefined), CATCH_UP_MS);
    this.dataset["ready"] = "";
  }

  disconnectedCallback(): void {
    this.gone.abort();
    this.stop?.();
    this.actions?.stop();
  }

  private piece(name: string): HTMLElement {
    return this.querySelector<HTMLElement>(`[data-part=${name}]`) as HTMLElement;
  }

  /** Ids of the person and of their units: what is assigned to one of them is theirs. */
  private get mine(): ReadonlySet<string> {
    return new Set((this.dataset["mine"] ?? "").split(",").filter(Boolean));
  }

  private get filters(): Filters {
    const query = new URL(location.href).searchParams;
    const [severity, theme, unit, q] = FILTERS.map((name) => query.get(name) ?? "") as [string, string, string, string];
    return { tab: (query.get("tab") || "all") as Tab, severity, theme, unit, q };
  }

  // -- what the server gives

  private show(page: Page): void {
    this.next = page.next;
    this.store.reset(this.filters, page.items.map((one) => fromSummary(one, this.mine)));
    this.markNext();
    this.view.restart();
    this.count(page.counts);
    this.mapMarks();
  }

  private markNext(): void {
    const more = this.piece("more");
    if (this.next) more.dataset["next"] = this.next;
    else delete more.dataset["next"];
  }

  private async ask(more: Record<string, string>): Promise<Page> {
    const address = new URL(this.dataset["rows"] ?? "", location.href);
    const { tab, ...rest } = this.filters;
    for (const [name, value] of Object.entries({ tab, ...rest, ...more })) if (value) address.searchParams.set(name, value);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Page;
  }

  /** Read the queue anew: another tab or filter, or more was missed than the live feed can give again. */
  private async reload(): Promise<void> {
    const turn = (this.asked += 1);
    this.markFilters();
    try {
      const page = await this.ask({});
      if (turn === this.asked) this.show(page);
    } catch {
      // The connection light says that the centre does not answer; the next event or choice asks again.
    }
  }

  private async loadMore(): Promise<void> {
    if (this.view.more() || !this.next) return;
    const page = await this.ask({ cursor: this.next }).catch(() => null);
    if (!page) return;
    this.next = page.next;
    this.markNext();
    this.store.add(page.items.map((one) => fromSummary(one, this.mine)));
    this.view.more();
  }

  private count(counts: Record<string, number>): void {
    this.querySelectorAll<HTMLElement>("[data-count]").forEach((place) => {
      const value = counts[place.dataset["count"] ?? ""];
      if (value !== undefined) place.textContent = String(value);
      place.closest<HTMLElement>("[data-hide-zero]")?.toggleAttribute("hidden", !value);
    });
  }

  private countSoon(): void {
    if (this.counting) return;
    this.counting = true;
    setTimeout(() => {
      this.counting = false;
      void this.ask({ part: "counts" }).then((page) => this.count(page.counts), () => undefined);
    }, COUNTS_MS);
  }

  // -- live changes

  private hear({ name, data }: LiveEvent): void {
    if (name === "reset") return void this.reload();
    if (name !== "alert") return;
    if (data["change"] === "looking") return this.look(data["alert"] as Summary, data["by"] as { id: string; name: string });
    const alert = fromSummary(data["alert"] as Summary, this.mine);
    const waiting = this.arrived.get(alert.id);
    if (!waiting || waiting.revision <= alert.revision) this.arrived.set(alert.id, alert);
    if (this.flushing) return;
    this.flushing = true;
    // One batch of changes in one frame, whatever the flood.
    setTimeout(() => requestAnimationFrame(() => this.flush()), BATCH_MS);
  }

  /** Another person opened an alert: their name stands at it for a while. */
  private look({ id, number }: Summary, by: { id: string; name: string }): void {
    if (by.id === this.dataset["me"]) return;
    const show = (name: string): void => {
      this.store.look(id, name);
      this.view.draw([]);
      if (number === this.detail.shown) this.detail.look(name);
    };
    clearTimeout(this.lookers.get(id));
    this.lookers.set(id, setTimeout(() => show(""), LOOKING_MS));
    show(by.name);
  }

  private flush(): void {
    this.flushing = false;
    const alerts = [...this.arrived.values()];
    this.arrived.clear();
    this.take(alerts);
  }

  private take(alerts: Alert[]): void {
    const held = this.view.held();
    const fresh = alerts.filter((alert) => this.store.put(alert, held.has(alert.id))).map(({ id }) => id);
    this.view.draw(fresh);
    this.mapMarks();
    this.countSoon();
    if (alerts.some(({ number }) => number === this.detail.shown)) this.detail.refresh();
  }

  /** After an action of one's own: what was ticked is done with. */
  private took(alerts: Summary[]): void {
    this.untick();
    this.take(alerts.map((one) => fromSummary(one, this.mine)));
    this.detail.refresh();
  }

  // -- choosing

  private step(event: Event): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>(".q");
    const alert = row && this.store.get(row.dataset["alert"] ?? "");
    if (alert && !narrow()) this.select(alert, "replace", 120);
  }

  private select(alert: Alert, how: "push" | "replace" | "none", wait = 0): void {
    const before = this.view.row(this.view.selected);
    const again = this.view.selected === alert.id;
    this.view.selected = alert.id;
    for (const row of [before, this.view.row(alert.id)]) if (row) this.view.mark(row);
    this.detail.show(alert.number, wait);
    this.near(alert);
    this.querySelector("sen-map")?.dispatchEvent(new CustomEvent("sen:choose", { detail: alert.asset }));
    this.seeSoon(alert);
    if (how === "none" || again) return;
    const address = new URL(location.href);
    address.searchParams.set("alert", alert.number);
    history[how === "push" ? "pushState" : "replaceState"](null, "", address);
  }

  /** What is looked at for a second counts as seen, and the others in the room see who is at it. */
  private seeSoon(alert: Alert): void {
    clearTimeout(this.seeing);
    this.seeing = setTimeout(() => {
      const body = new URLSearchParams({ item: `${alert.id}:${alert.revision}` });
      void post(this.dataset["look"] ?? "", body).then((outcome) => this.take(outcome.alerts.map((one) => fromSummary(one, this.mine))), () => undefined);
    }, SEEN_MS);
  }

  private near(alert: Alert): void {
    clearTimeout(this.nearing);
    const place = this.piece("near");
    if (!alert.asset || place.dataset["of"] === alert.asset) return;
    this.nearing = setTimeout(() => {
      place.dataset["of"] = alert.asset;
      void fetch(`/assets/${encodeURIComponent(alert.asset)}/near/`, { headers: { "HX-Request": "true" } })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((html) => {
          place.innerHTML = html;
          htmx.process(place);
        });
    }, 250);
  }

  private follow(number: string): void {
    const alert = number ? this.store.byNumber(number) : undefined;
    if (!number || narrow()) return;
    if (alert) return this.select(alert, "none");
    const before = this.view.row(this.view.selected);
    this.view.selected = "";
    if (before) this.view.mark(before);
    this.detail.show(number);
  }

  private async back(): Promise<void> {
    await this.reload();
    this.follow(new URL(location.href).searchParams.get("alert") ?? "");
  }

  private pickOnMap(code: string): void {
    const worst = [...this.store.all()].filter(({ asset }) => asset === code).sort((a, b) => RANK[b.severity] - RANK[a.severity] || b.raised - a.raised)[0];
    if (!worst) return;
    this.select(worst, "push");
    this.view.draw([]);
    this.view.row(worst.id)?.scrollIntoView({ block: "nearest" });
  }

  private mapMarks(): void {
    const marks = new Map<string, { severity: Severity; name: string; lon: number | null; lat: number | null }>();
    for (const { asset, severity, assetName, lon, lat, group } of this.store.all()) {
      if (!asset || group === "closed" || group === "shelved") continue;
      const known = marks.get(asset);
      if (!known || RANK[known.severity] < RANK[severity]) marks.set(asset, { severity, name: assetName, lon, lat });
    }
    this.querySelector("sen-map")?.dispatchEvent(new CustomEvent("sen:marks", { detail: marks }));
  }

  // -- what people press

  private press(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const tab = target.closest<HTMLAnchorElement>("a[data-tab]");
    if (tab) {
      event.preventDefault();
      this.go({ tab: tab.dataset["tab"] === "all" ? "" : (tab.dataset["tab"] ?? "") });
    } else if (target.closest("[data-drop]")) {
      event.preventDefault();
      this.go({ [target.closest<HTMLElement>("[data-drop]")?.dataset["drop"] ?? ""]: "" });
    } else if (target.closest("[data-part=more]")) void this.loadMore();
    else if (target.closest("[data-untick]")) this.untick();
    else if (target.closest("[data-ticking]")) this.piece("queue").classList.toggle("ticking");
    else {
      const row = target.closest<HTMLElement>(".q");
      const alert = row && this.store.get(row.dataset["alert"] ?? "");
      if (!alert || narrow() || target.closest("label, input")) return;
      event.preventDefault();
      this.select(alert, "push");
    }
  }

  private change(event: Event): void {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.closest(".q")) return this.tick(field);
    if (field instanceof HTMLSelectElement && field.form?.dataset["part"] === "filters") this.go({ [field.name]: field.value });
  }

  private search(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.dataset["part"] !== "filters") return;
    event.preventDefault();
    this.go(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
  }

  /** Change the address (what is empty leaves it) and show what it now says. */
  private go(changes: Record<string, string>): void {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.pushState(null, "", address);
    this.untick();
    void this.reload();
  }

  private markFilters(): void {
    const filters = this.filters;
    this.querySelectorAll<HTMLElement>("a[data-tab]").forEach((tab) => {
      if (tab.dataset["tab"] === filters.tab) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    });
    let some = false;
    for (const name of FILTERS) {
      const field = this.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-part=filters] [name=${name}]`);
      if (field && field.value !== filters[name]) field.value = filters[name];
      some ||= filters[name] !== "";
    }
    this.piece("filtered").hidden = !some;
  }

  // -- several at once

  private tick(box: HTMLInputElement): void {
    const id = box.closest<HTMLElement>(".q")?.dataset["alert"] ?? "";
    if (box.checked) this.view.checked.add(id);
    else this.view.checked.delete(id);
    this.showTicks();
  }

  private untick(): void {
    this.view.checked.clear();
    this.querySelectorAll<HTMLInputElement>(".q input").forEach((box) => (box.checked = false));
    this.showTicks();
  }

  private showTicks(): void {
    const many = this.view.checked.size;
    this.piece("bulk").hidden = many === 0;
    this.piece("queue").classList.toggle("ticking", many > 0);
    const count = this.piece("bulk").querySelector("[data-part=ticked]");
    if (count) count.textContent = String(many);
  }

  private key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && /^(SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") return;
    const box = this.view.row(this.view.selected)?.querySelector<HTMLInputElement>("input");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    this.tick(box);
  }

  private targets(many: boolean): Target[] {
    const ids = many && this.view.checked.size ? [...this.view.checked] : [];
    const ticked = ids.flatMap((id) => this.store.get(id) ?? []).map(({ id, revision, number }) => ({ id, revision, number }));
    return ticked.length ? ticked : this.chosen();
  }

  /** The chosen row, whether or not its detail has come yet; the detail of another alert, still on the screen, is never meant. */
  private chosen(): Target[] {
    const shown = shownTarget(this.piece("detail"));
    const row = this.store.get(this.view.selected);
    if (!row || shown[0]?.id === row.id) return shown.filter(({ number }) => number === this.detail.shown);
    return [{ id: row.id, revision: row.revision, number: row.number }];
  }
}

export const defineAlerts = (): void => customElements.define("sen-alerts", SenAlerts);
