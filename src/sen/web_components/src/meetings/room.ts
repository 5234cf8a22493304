// The keys of the meeting mode: arrows move through the agenda, d notes a decision, t ticks the point, f fills the screen, Esc leaves.
const pressed: Record<string, string> = { ArrowLeft: "[data-before]", ArrowRight: "[data-after]", PageUp: "[data-before]", PageDown: "[data-after]", t: "[data-tick]" };

function fullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

document.querySelector("[data-full-screen]")?.addEventListener("click", fullScreen);
document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  const writing = at.closest("input, textarea, select") !== null;
  if (event.key === "Escape" && writing) {
    at.blur();
    return;
  }
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "f") fullScreen();
  else if (event.key === "d") document.querySelector<HTMLElement>("#dc-words")?.focus();
  else if (event.key === "Escape" && !document.fullscreenElement) document.querySelector<HTMLElement>("[data-leave]")?.click();
  else if (pressed[event.key]) document.querySelector<HTMLElement>(pressed[event.key]!)?.click();
  else return;
  event.preventDefault();
});
