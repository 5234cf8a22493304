// What can be undone: each step is all that one gesture changed, so that a pasted block goes back as a block.

export type Field = "text" | "note";
export interface Change {
  code: string;
  field: Field;
  before: string;
  after: string;
}

export class Steps {
  private readonly done: Change[][] = [];
  private readonly undone: Change[][] = [];

  /** Remember a gesture; changes that change nothing are left out. */
  add(changes: Change[]): void {
    const real = changes.filter((one) => one.before !== one.after);
    if (!real.length) return;
    this.done.push(real);
    this.undone.length = 0;
  }

  /** What has to be written to go one step back, newest change first; nothing where there is none. */
  undo(): Change[] {
    const step = this.done.pop();
    if (!step) return [];
    this.undone.push(step);
    return [...step].reverse().map((one) => ({ ...one, before: one.after, after: one.before }));
  }

  redo(): Change[] {
    const step = this.undone.pop();
    if (!step) return [];
    this.done.push(step);
    return step;
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }
}
