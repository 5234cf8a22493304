// The list of tasks: `x` marks the row under the cursor; marks stay when the rows are drawn anew.
const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === "checkbox");

export function startList(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    document.querySelector<HTMLInputElement>('tr[aria-selected="true"] input[name="task"]')?.click();
  });
  let marked = new Set<string>();
  const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('[data-keep-checks] input[name="task"]')];
  document.addEventListener("htmx:beforeSwap", () => (marked = new Set(boxes().filter((one) => one.checked).map((one) => one.value))));
  document.addEventListener("htmx:afterSwap", () => boxes().forEach((one) => (one.checked = marked.has(one.value))));
}
