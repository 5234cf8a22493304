// Shortcuts: `/` search, `g` and a letter to go, `j` `k` through rows, Enter opens, `?` help. Never while typing.

let going = false;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
}

/** Rows of tables say that they are chosen to screen readers; other blocks may not carry that attribute. */
const mark = (row: HTMLElement, chosen: boolean): void => row.setAttribute(row instanceof HTMLTableRowElement ? "aria-selected" : "data-selected", String(chosen));
const isChosen = (row: HTMLElement): boolean => row.getAttribute("aria-selected") === "true" || row.dataset["selected"] === "true";

/** Mark one row as chosen, bring it into view and tell the page (`sen:row`). */
export function choose(row: HTMLElement, scroll = true): void {
  rows().filter(isChosen).forEach((other) => mark(other, false));
  mark(row, true);
  if (scroll) row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("sen:row", { bubbles: true }));
}

function step(by: number): void {
  const all = rows();
  const now = all.findIndex(isChosen);
  const next = all[Math.max(0, Math.min(all.length - 1, now + by))];
  if (next) choose(next);
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (going) {
    going = false;
    event.preventDefault(); // The letter is spoken for: it is no shortcut of the page.
    const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(event.key)}"]`);
    if (link) location.assign(link.href);
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("[data-search]")?.focus();
  } else if (event.key === "g") {
    going = true;
    setTimeout(() => (going = false), 1_500);
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") {
    const help = document.getElementById("keys");
    if (help instanceof HTMLDialogElement) help.showModal();
  } else if (event.key === "Enter" && document.activeElement === document.body) {
    rows().find(isChosen)?.querySelector<HTMLAnchorElement>("a[href]")?.click();
  }
}

export function startKeyboard(): void {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-row]") : null;
    if (row) choose(row, false);
  });
}
