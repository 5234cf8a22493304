// The search field of the top bar: results come from the server while typing (htmx); arrows walk through them, Escape leaves.

export function startSearch(): void {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  const results = document.getElementById("search-results");
  if (!field || !results) return;
  const links = (): HTMLAnchorElement[] => [...results.querySelectorAll<HTMLAnchorElement>("a[href]")];
  const close = (): void => {
    results.hidden = true;
    field.setAttribute("aria-expanded", "false");
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== results) return;
    results.hidden = !field.value.trim();
    field.setAttribute("aria-expanded", String(!results.hidden));
  });
  document.addEventListener("keydown", (event) => {
    if (results.hidden && event.target !== field) return;
    const inside = event.target === field || results.contains(event.target as Node);
    if (!inside) return;
    if (event.key === "Escape") {
      close();
      field.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = links();
      const now = all.indexOf(document.activeElement as HTMLAnchorElement);
      event.preventDefault();
      (all[now + (event.key === "ArrowDown" ? 1 : -1)] ?? field).focus();
    } else if (event.key === "Enter" && event.target === field) {
      const first = links()[0];
      if (first) {
        event.preventDefault();
        location.assign(first.href);
      }
    }
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Node) || (!results.contains(event.target) && event.target !== field)) close();
  });
}
