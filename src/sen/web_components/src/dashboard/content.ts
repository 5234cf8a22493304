// What the editor works on: tiles as the server keeps them, what a unit may change of them, and their reading order.

export interface Tile {
  code: string;
  kind: string;
  title: string;
  title_en: string;
  x: number;
  y: number;
  w: number;
  h: number;
  settings: Record<string, unknown>;
}

export interface State {
  content: { tiles: Tile[] };
  draft: { tiles: Tile[] } | null;
  revision: number;
  base: string;
  own: boolean;
  open: string[];
  unit: string;
  template: string;
}

/** Whether a pattern (`*` is one segment) opens a path: it names the field itself or something that it is part of. */
export function matches(path: string, pattern: string): boolean {
  const parts = path.split("/");
  const wanted = pattern.split("/");
  return wanted.length <= parts.length && wanted.every((one, at) => one === "*" || one === parts[at]);
}

/** What may be changed: everything of one's own, of an inherited dashboard what the publisher left open. */
export class Rights {
  constructor(private readonly own: boolean, private readonly open: string[]) {}

  may(path: string): boolean {
    return this.own || this.open.some((pattern) => matches(path, pattern));
  }

  get add(): boolean {
    return this.may("/tiles/o-moi");
  }

  remove(tile: Tile): boolean {
    return this.may(`/tiles/${tile.code}`);
  }

  move(tile: Tile): boolean {
    return this.may(`/tiles/${tile.code}/x`) && this.may(`/tiles/${tile.code}/y`);
  }

  resize(tile: Tile): boolean {
    return this.may(`/tiles/${tile.code}/w`) && this.may(`/tiles/${tile.code}/h`);
  }

  field(tile: Tile, name: string): boolean {
    return this.may(`/tiles/${tile.code}/${name}`);
  }
}

export const readingOrder = (tiles: Tile[]): Tile[] => [...tiles].sort((a, b) => a.y - b.y || a.x - b.x);

/** What a tile looks like depends on this, not on where it stands. */
export const appearance = ({ kind, title, title_en, settings }: Tile): string => JSON.stringify([kind, title, title_en, settings]);

export function freeCode(kind: string, tiles: Tile[]): string {
  const taken = new Set(tiles.map(({ code }) => code));
  for (let n = 1; ; n += 1) if (!taken.has(`${kind}-${n}`)) return `${kind}-${n}`;
}

export const clone = (tiles: Tile[]): Tile[] => structuredClone(tiles);

/** The steps that can be taken back and done again. */
export class History {
  private readonly past: string[] = [];
  private readonly future: string[] = [];

  constructor(private present: string) {}

  get undoable(): boolean {
    return this.past.length > 0;
  }

  get redoable(): boolean {
    return this.future.length > 0;
  }

  /** Keep a step; false where nothing changed. */
  keep(tiles: Tile[]): boolean {
    const next = JSON.stringify(tiles);
    if (next === this.present) return false;
    this.past.push(this.present);
    if (this.past.length > 100) this.past.shift();
    this.future.length = 0;
    this.present = next;
    return true;
  }

  undo(): Tile[] | undefined {
    return this.step(this.past, this.future);
  }

  redo(): Tile[] | undefined {
    return this.step(this.future, this.past);
  }

  private step(from: string[], to: string[]): Tile[] | undefined {
    const next = from.pop();
    if (next === undefined) return undefined;
    to.push(this.present);
    this.present = next;
    return JSON.parse(next) as Tile[];
  }
}
