// Popovers and menus: a button with `data-pop="id"` opens the element with that id near itself; Escape and a click outside
// close it and give the focus back. Numbers that can be asked (`data-ask`) fetch their provenance first.
import htmx from "htmx.org";

let open: { pop: HTMLElement; button: HTMLElement } | undefined;

export function closePopover(refocus = false): void {
  if (!open) return;
  const { pop, button } = open;
  open = undefined;
  pop.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
}

function place(pop: HTMLElement, button: HTMLElement): void {
  if (matchMedia("(max-width: 760px)").matches && pop.classList.contains("sheet")) {
    pop.style.removeProperty("left");
    pop.style.removeProperty("top");
    return;
  }
  const at = button.getBoundingClientRect();
  const width = pop.offsetWidth;
  const height = pop.offsetHeight;
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  const below = at.bottom + 6;
  const top = below + height > innerHeight - 8 && at.top - height - 6 > 8 ? at.top - height - 6 : below;
  pop.style.setProperty("left", `${left}px`);
  pop.style.setProperty("top", `${top}px`);
}

function show(pop: HTMLElement, button: HTMLElement): void {
  closePopover();
  pop.hidden = false;
  button.setAttribute("aria-expanded", "true");
  open = { pop, button };
  place(pop, button);
  pop.querySelector<HTMLElement>("[autofocus], a, button, input")?.focus({ preventScroll: true });
}

async function ask(button: HTMLElement): Promise<void> {
  const pop = document.getElementById("provenance");
  const address = button.dataset["ask"];
  if (!pop || !address) return;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  pop.innerHTML = await answer.text();
  htmx.process(pop);
  show(pop, button);
}

export function startPopovers(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest("[data-close]")) return closePopover(true);
    const button = target.closest<HTMLElement>("[data-pop], [data-ask]");
    if (button) {
      event.preventDefault();
      if (open?.button === button) return closePopover();
      if (button.dataset["ask"]) return void ask(button);
      const pop = document.getElementById(button.dataset["pop"] ?? "");
      return pop ? show(pop, button) : undefined;
    }
    if (open && !open.pop.contains(target)) closePopover();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePopover(true);
  });
  addEventListener("resize", () => closePopover());
}
