// What the editor of procedures holds: the content as JSON, and how the steps follow each other (the same rules as sop_flow.py).

export interface Answer {
  code: string;
  words: string;
  words_en?: string;
}

export interface Step {
  code: string;
  words: string;
  words_en: string;
  role: string;
  minutes: number;
  clock: "running" | "working";
  after: string[];
  when: string;
  question: { words: string; words_en?: string; answers: Answer[] } | null;
  form: string;
  message: string;
  dispatch: string;
  optional: boolean;
}

export interface Message {
  code: string;
  words: string;
  words_en: string;
  audience: string;
}

export interface Sop {
  code: string;
  name: string;
  name_en: string;
  hazard: string;
  steps: Step[];
  messages: Message[];
  source: string;
}

export interface Remark {
  path: string;
  words: string;
  fault: boolean;
}

/** For each step the codes that come before it. */
export function predecessors(steps: Step[]): Map<string, string[]> {
  const known = new Set(steps.map(({ code }) => code));
  return new Map(
    steps.map((step, place) => {
      const before = step.after.length ? step.after.filter((code) => code !== "start") : place ? [steps[place - 1]?.code ?? ""] : [];
      return [step.code, before.filter((code) => known.has(code))];
    }),
  );
}

/** How deep each step lies: 0 begins with the incident. Steps in a circle are left out. */
export function levels(steps: Step[]): Map<string, number> {
  const before = predecessors(steps);
  const found = new Map<string, number>();
  for (let round = 0; round <= steps.length; round += 1) {
    for (const { code } of steps) {
      const above = before.get(code) ?? [];
      if (!found.has(code) && above.every((one) => found.has(one))) found.set(code, Math.max(-1, ...above.map((one) => found.get(one) ?? 0)) + 1);
    }
  }
  return found;
}

/** A code from words: folded, dashes between, not one of `taken`. */
export function codeFrom(words: string, taken: ReadonlySet<string>, fallback: string): string {
  const folded = words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  const stem = folded.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").split("-").slice(0, 4).join("-") || fallback;
  let code = stem;
  for (let place = 2; taken.has(code); place += 1) code = `${stem}-${place}`;
  return code;
}
