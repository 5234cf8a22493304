// Light or dark: the system's choice until the person makes one, then theirs, kept in this browser.
const root = document.documentElement;

/** Whether the page is dark at this moment. */
export function isDark(): boolean {
  const chosen = root.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function announce(): void {
  document.dispatchEvent(new CustomEvent("sen:theme"));
}

export function startTheme(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-act=theme]")) return;
    const next = isDark() ? "light" : "dark";
    root.dataset["theme"] = next;
    localStorage.setItem("sen.theme", next);
    announce();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
}

/** The present value of a colour token, for what cannot read CSS (the map's canvas). */
export function token(name: string): string {
  return getComputedStyle(root).getPropertyValue(name).trim();
}
