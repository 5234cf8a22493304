// Saves what was typed a moment after it was typed, one request at a time; what fails stays and is tried again.
import { keep, type Refusal } from "../dashboard/server";
import type { Field } from "./steps";

export interface Fault {
  level: "error" | "missing" | "warning";
  words: string;
}

export interface RowNow {
  code: string;
  name: string;
  decimals: number;
  computed: boolean;
  text: string;
  value: number | null;
  note: string;
  changed_by: string;
  faults: Fault[];
}

export interface SheetNow {
  revision: number;
  state: string;
  editable: boolean;
  filled: number;
  typed: number;
  rows: RowNow[];
  clashes?: { code: string; text: string; by: string }[];
}

export type SaveState = "saved" | "waiting" | "saving" | "failed" | "refused";

interface CellOut {
  code: string;
  text: string;
  note: string | null;
  base: string | null;
}

const AFTER_MS = 500;
const AGAIN_MS = 4_000;

export class Saving {
  private readonly waiting = new Map<string, Set<Field>>();
  private how = "typed";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;

  /**
   * `read` gives what stands in a cell now, `base` what stood there when the server was last asked; `done` hears the answer,
   * `told` every change of the state.
   */
  constructor(
    private readonly address: string,
    private readonly read: (code: string, field: Field) => string,
    private readonly base: (code: string) => string,
    private readonly done: (now: SheetNow) => void,
    private readonly told: (state: SaveState, words: string) => void,
  ) {}

  /** Whether anything is not on the server yet. */
  get open(): boolean {
    return this.running || this.waiting.size > 0;
  }

  has(code: string, field: Field): boolean {
    return this.waiting.get(code)?.has(field) ?? false;
  }

  add(code: string, field: Field, how: string): void {
    const fields = this.waiting.get(code) ?? new Set<Field>();
    fields.add(field);
    this.waiting.set(code, fields);
    this.how = how;
    this.told("waiting", "");
    this.later(AFTER_MS);
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  /** Send what waits now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.running || !this.waiting.size) return;
    this.running = true;
    const sent = new Map(this.waiting);
    this.waiting.clear();
    this.told("saving", "");
    const cells: CellOut[] = [...sent].map(([code, fields]) => ({
      code,
      text: fields.has("text") ? this.read(code, "text") : this.base(code),
      note: fields.has("note") ? this.read(code, "note") : null,
      base: this.base(code),
    }));
    try {
      this.done(await keep<SheetNow>(this.address, { cells, how: this.how }));
      this.running = false;
      this.told(this.waiting.size ? "waiting" : "saved", "");
      if (this.waiting.size) this.later(AFTER_MS);
    } catch (error) {
      this.running = false;
      const refusal = (error as { refusal?: Refusal }).refusal;
      if (refusal) return this.told("refused", `${refusal.detail} ${refusal.action}`.trim());
      for (const [code, fields] of sent) this.waiting.set(code, new Set([...fields, ...(this.waiting.get(code) ?? [])]));
      this.told("failed", "");
      this.later(AGAIN_MS);
    }
  }
}
