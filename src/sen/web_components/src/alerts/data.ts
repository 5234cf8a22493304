// An alert as the queue shows it; the server's summary (`AlertSummary`) brought into the names of this screen.

export type Severity = "info" | "notice" | "warning" | "serious" | "emergency";
/** The parts of the list: not seen by me, in somebody's hands, seen, put aside, done. */
export type Group = "new" | "working" | "seen" | "shelved" | "closed";

export const RANK: Record<Severity, number> = { info: 0, notice: 1, warning: 2, serious: 3, emergency: 4 };
export const SEVERITY_WORDS: Record<Severity, string> = { info: "Thông tin", notice: "Chú ý", warning: "Cảnh báo", serious: "Nghiêm trọng", emergency: "Khẩn cấp" };

/** What the server says of an alert in lists and in live messages. Times are ISO 8601. */
export interface Summary {
  id: string;
  number: string;
  revision: number;
  title: string;
  why: string;
  severity: Severity;
  state: "unseen" | "seen" | "acknowledged" | "assigned" | "shelved" | "joined" | "closed";
  asset_code: string;
  asset_name: string;
  lon: number | null;
  lat: number | null;
  place: string;
  theme: string;
  theme_name: string;
  unit_codes: string[];
  raised_at: string;
  cleared_at: string | null;
  repeats: number;
  merged: number;
  head_id: string | null;
  acknowledged_by: string;
  acknowledged_at: string | null;
  assigned_to_id: string;
  assigned_to: string;
  shelved_until: string | null;
  incident_number: string;
  drill: boolean;
  silent: boolean;
  seen_by_me?: boolean;
}

export interface Alert {
  id: string;
  number: string;
  revision: number;
  title: string;
  why: string;
  severity: Severity;
  group: Group;
  asset: string;
  assetName: string;
  lon: number | null;
  lat: number | null;
  place: string;
  theme: string;
  themeName: string;
  units: string[];
  raised: number;
  cleared: boolean;
  repeats: number;
  merged: number;
  head: string;
  acknowledgedBy: string;
  acknowledgedAt: number;
  assignee: string;
  mine: boolean;
  shelvedUntil: number;
  incident: string;
  /** Who else has it open at this moment. */
  looking: string;
  drill: boolean;
  silent: boolean;
}

const time = (text: string | null): number => (text ? Date.parse(text) : 0);
const GROUP_OF: Record<Summary["state"], Group> = { unseen: "new", seen: "seen", acknowledged: "working", assigned: "working", joined: "working", shelved: "shelved", closed: "closed" };

export function fromSummary(one: Summary, mine: ReadonlySet<string>): Alert {
  return {
    id: one.id, number: one.number, revision: one.revision, title: one.title, why: one.why, severity: one.severity,
    group: GROUP_OF[one.state] ?? "seen", asset: one.asset_code, assetName: one.asset_name, lon: one.lon, lat: one.lat,
    place: one.place, theme: one.theme, themeName: one.theme_name, units: one.unit_codes, raised: time(one.raised_at), cleared: one.cleared_at !== null,
    repeats: one.repeats, merged: one.merged, head: one.head_id ?? "", acknowledgedBy: one.acknowledged_by, acknowledgedAt: time(one.acknowledged_at),
    assignee: one.assigned_to, mine: mine.has(one.assigned_to_id), shelvedUntil: time(one.shelved_until), incident: one.incident_number, looking: "",
    drill: one.drill, silent: one.silent,
  };
}
