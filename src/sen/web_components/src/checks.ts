// Lists to choose from: one box that checks all of a name, buttons that wait until something is chosen (`data-needs="name"`), and
// parts of a form that belong to one choice (`data-for-choice="value"` beside radios with `data-choice`).

// A box may stand outside its form and name it (`form="id"`). `x` ticks the row that `j` and `k` chose, where the box says `data-key-x`.

const owned = <Kind extends Element>(form: Element, selector: string): Kind[] =>
  form instanceof HTMLFormElement ? ([...form.elements].filter((one) => one.matches(selector)) as unknown as Kind[]) : [...form.querySelectorAll<Kind>(selector)];

function boxes(form: Element, name: string): HTMLInputElement[] {
  return owned<HTMLInputElement>(form, `input[type=checkbox][name="${CSS.escape(name)}"]`).filter((box) => box.offsetParent !== null);
}

function settle(form: Element): void {
  form.querySelectorAll<HTMLButtonElement>("button[data-needs]").forEach((button) => {
    button.disabled = !boxes(form, button.dataset["needs"] ?? "").some((box) => box.checked);
  });
  owned<HTMLInputElement>(form, "[data-check-all]").forEach((all) => {
    const others = boxes(form, all.dataset["checkAll"] ?? "");
    all.checked = others.length > 0 && others.every((box) => box.checked);
  });
}

const settleAll = (): void => document.querySelectorAll("form:has([data-needs])").forEach(settle);

export function startChecks(): void {
  document.addEventListener("change", (event) => {
    const radio = event.target instanceof HTMLInputElement && event.target.dataset["choice"] !== undefined ? event.target : null;
    radio?.form?.querySelectorAll<HTMLElement>("[data-for-choice]").forEach((part) => (part.hidden = part.dataset["forChoice"] !== radio.value));
    const box = event.target instanceof HTMLInputElement && event.target.type === "checkbox" ? event.target : null;
    const form = box?.form;
    if (!box || !form) return;
    const name = box.dataset["checkAll"];
    if (name !== undefined) boxes(form, name).forEach((one) => (one.checked = box.checked));
    settle(form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof Element && event.target.closest("input:not([type=checkbox]), select, textarea, dialog"))) return;
    document.querySelector<HTMLInputElement>('tr[aria-selected="true"] input[data-key-x]')?.click();
  });
  document.addEventListener("htmx:afterSettle", settleAll);
  settleAll();
}
