// Lists to choose from: one box that checks all of a name, buttons that wait until something is chosen (`data-needs="name"`), and
// parts of a form that belong to one choice (`data-for-choice="value"` beside radios with `data-choice`).

function boxes(form: Element, name: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${CSS.escape(name)}"]`)].filter((box) => box.offsetParent !== null);
}

function settle(form: Element): void {
  form.querySelectorAll<HTMLButtonElement>("button[data-needs]").forEach((button) => {
    button.disabled = !boxes(form, button.dataset["needs"] ?? "").some((box) => box.checked);
  });
  form.querySelectorAll<HTMLInputElement>("[data-check-all]").forEach((all) => {
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
    const form = box?.closest("form");
    if (!box || !form) return;
    const name = box.dataset["checkAll"];
    if (name !== undefined) boxes(form, name).forEach((one) => (one.checked = box.checked));
    settle(form);
  });
  document.addEventListener("htmx:afterSettle", settleAll);
  settleAll();
}
