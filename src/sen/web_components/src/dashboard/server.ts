// What the editor asks of the server.
import type { Tile } from "./content";

export interface Refusal {
  detail: string;
  action: string;
  code: string;
  fields: Record<string, string>;
}

export interface Found {
  code: string;
  name: string;
  unit: string;
}

function headers(): Record<string, string> {
  const given = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  return { ...given, "Content-Type": "application/json" };
}

const post = (address: string, body: unknown): Promise<Response> =>
  fetch(address, { method: "POST", headers: headers(), body: JSON.stringify(body) });

/** The tiles as the server draws them, by their code. */
export async function drawn(address: string, tiles: Tile[], unit: string): Promise<Map<string, HTMLElement>> {
  const answer = await post(address, { content: { tiles }, unit });
  if (!answer.ok) throw new Error(String(answer.status));
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = [...parsed.querySelectorAll<HTMLElement>("[data-tile]")];
  return new Map(found.map((one) => [one.dataset["tile"] ?? "", document.importNode(one, true)]));
}

/** Post and read JSON; a refusal is thrown as what the server says of it. */
export async function keep<T>(address: string, body: unknown): Promise<T> {
  const answer = await post(address, body);
  const read = (await answer.json()) as T | Refusal;
  if (!answer.ok) throw Object.assign(new Error((read as Refusal).detail), { refusal: read as Refusal, status: answer.status });
  return read as T;
}

export async function seriesFor(address: string, q: string, unit: string): Promise<Found[]> {
  const url = new URL(address, location.href);
  url.searchParams.set("q", q);
  url.searchParams.set("unit", unit);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as { items: Found[] }).items : [];
}
