// What the queue knows: the alerts of the open tab, what belongs to it, and in which order rows stand. No DOM here.
import { RANK, type Alert, type Group } from "./data";

export type Tab = "all" | "unseen" | "mine" | "seen" | "shelved" | "closed";

export interface Filters {
  tab: Tab;
  severity: string;
  theme: string;
  unit: string;
  q: string;
}

const GROUPS: Group[] = ["new", "working", "seen", "shelved", "closed"];
const folded = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

interface Place {
  group: Group;
  rank: number;
  at: number;
}

export class Store {
  private readonly alerts = new Map<string, Alert>();
  /** Where a row stands; kept while the row is held, so that nothing moves under a hand. */
  private readonly places = new Map<string, Place>();

  constructor(private filters: Filters) {}

  get size(): number {
    return this.alerts.size;
  }

  get(id: string): Alert | undefined {
    return this.alerts.get(id);
  }

  byNumber(number: string): Alert | undefined {
    return [...this.alerts.values()].find((one) => one.number === number);
  }

  all(): IterableIterator<Alert> {
    return this.alerts.values();
  }

  /** Begin anew with what the server gave for a tab and its filters. */
  reset(filters: Filters, alerts: Alert[]): void {
    this.filters = filters;
    this.alerts.clear();
    this.places.clear();
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  add(alerts: Alert[]): void {
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  /** Take over a newer state; says whether the alert is new to this tab. What no longer belongs leaves, unless it is held. */
  put(alert: Alert, held: boolean): boolean {
    const known = this.alerts.get(alert.id);
    if (known && known.revision > alert.revision) return false;
    if (!this.belongs(alert) && !(known && held)) {
      this.alerts.delete(alert.id);
      this.places.delete(alert.id);
      return false;
    }
    // A live message knows no person: what I have seen stays seen.
    const seen = known?.group === "seen" && alert.group === "new";
    this.alerts.set(alert.id, { ...alert, looking: known?.looking ?? "", ...(seen ? { group: "seen" as const } : {}) });
    return known === undefined;
  }

  /** Somebody else looks at an alert, or (without a name) no longer. */
  look(id: string, name: string): void {
    const known = this.alerts.get(id);
    if (known) this.alerts.set(id, { ...known, looking: name });
  }

  belongs(alert: Alert): boolean {
    const { tab, severity, theme, unit, q } = this.filters;
    if (alert.head && alert.head !== alert.id) return false;
    if (severity && alert.severity !== severity) return false;
    if (theme && alert.theme !== theme) return false;
    if (unit && !alert.units.includes(unit)) return false;
    if (q && !folded(`${alert.number} ${alert.title} ${alert.place}`).includes(folded(q))) return false;
    if (tab === "shelved" || tab === "closed") return alert.group === tab;
    if (alert.group === "shelved" || alert.group === "closed") return false;
    if (tab === "unseen") return alert.group === "new";
    if (tab === "mine") return alert.mine;
    return tab === "seen" ? alert.group !== "new" : true;
  }

  /** Ids in the order of the rows, with the group of each. `held` rows keep the place that they had. */
  order(held: ReadonlySet<string>): { id: string; group: Group }[] {
    const placed: (Place & { id: string })[] = [];
    for (const alert of this.alerts.values()) {
      if (!held.has(alert.id) && !this.belongs(alert)) {
        this.alerts.delete(alert.id);
        this.places.delete(alert.id);
        continue;
      }
      const kept = held.has(alert.id) ? this.places.get(alert.id) : undefined;
      const place = kept ?? { group: alert.group, rank: RANK[alert.severity], at: alert.raised };
      this.places.set(alert.id, place);
      placed.push({ id: alert.id, ...place });
    }
    placed.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || b.rank - a.rank || b.at - a.at || (a.id < b.id ? -1 : 1));
    return placed.map(({ id, group }) => ({ id, group }));
  }
}
