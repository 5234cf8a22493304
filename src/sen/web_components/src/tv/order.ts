// <sen-order>: a list whose rows are moved with the mouse, with their buttons, or with Alt and the arrow keys, added from a <select>
// and taken away. The form it stands in sends the rows' fields in their order.

class SenOrder extends HTMLElement {
  private moving: HTMLElement | undefined;

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      this.move(rowOf(event), event.key === "ArrowUp" ? -1 : 1);
    });
    this.addEventListener("dragstart", (event) => {
      this.moving = rowOf(event);
      this.moving?.classList.add("moving");
    });
    this.addEventListener("dragover", (event) => this.drag(event));
    this.addEventListener("dragend", () => {
      this.moving?.classList.remove("moving");
      this.moving = undefined;
    });
  }

  private get list(): HTMLElement {
    return this.querySelector("ol") as HTMLElement;
  }

  private press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-move]") : null;
    const row = rowOf(event);
    if (button?.dataset["move"] === "add") this.add();
    else if (button?.dataset["move"] === "away") row?.remove();
    else if (button) this.move(row, Number(button.dataset["move"]));
  }

  /** A row made from the template, for the scene chosen in the <select>. */
  private add(): void {
    const chosen = this.querySelector<HTMLSelectElement>("select[data-add]")?.selectedOptions[0];
    const template = this.querySelector("template");
    if (!chosen?.value || !template) return;
    const made = template.content.cloneNode(true) as DocumentFragment;
    const field = made.querySelector<HTMLInputElement>("input[name=scene]");
    const name = made.querySelector("[data-name]");
    if (field) field.value = chosen.value;
    if (name) name.textContent = chosen.textContent;
    this.list.append(made);
    this.list.lastElementChild?.querySelector<HTMLInputElement>("input[name=seconds]")?.focus();
  }

  private move(row: HTMLElement | undefined, by: number): void {
    const other = by < 0 ? row?.previousElementSibling : row?.nextElementSibling;
    if (!row || !other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    row.querySelector<HTMLElement>(`[data-move="${by}"]`)?.focus();
  }

  private drag(event: DragEvent): void {
    const over = rowOf(event);
    if (!this.moving || !over || over === this.moving) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(this.moving);
    else over.after(this.moving);
  }
}

function rowOf(event: Event): HTMLElement | undefined {
  return (event.target instanceof Element ? event.target.closest<HTMLElement>("li") : null) ?? undefined;
}

export const defineOrder = (): void => customElements.define("sen-order", SenOrder);
