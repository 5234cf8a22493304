// What the centre tells a screen every few seconds, and how it is asked.

export interface State {
  build: string;
  revision: string;
  name: string;
  layout: string;
  panels: number;
  theme: string;
  why: string;
  until: string | null;
  next: { at: string; name: string } | null;
  now: string;
  refresh: number;
}

/** The address of this screen is no longer in use: revoked, or replaced by a new one. */
export class Unknown extends Error {}
/** The picture changed between asking for the state and for a panel. */
export class Changed extends Error {}

const PATIENCE_MS = 10_000;

async function ask(address: string): Promise<Response> {
  return fetch(address, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** The present state. Throws Unknown when the centre itself says so, any other Error when it cannot be asked. */
export async function askState(address: string): Promise<State> {
  const answer = await ask(`${address}?size=${innerWidth}×${innerHeight}`);
  if (answer.ok) return (await answer.json()) as State;
  // A proxy in front of a centre that restarts may also answer 404: only the centre's own word counts.
  const said = answer.status === 404 ? ((await answer.json().catch(() => ({}))) as { code?: string }) : {};
  throw said.code === "unknown_screen" ? new Unknown() : new Error(String(answer.status));
}

/** The HTML of one panel of the picture `revision`. */
export async function askPanel(address: string, revision: string): Promise<string> {
  const answer = await ask(`${address}?of=${encodeURIComponent(revision)}`);
  if (answer.ok) return answer.text();
  throw answer.status === 409 ? new Changed() : new Error(String(answer.status));
}
