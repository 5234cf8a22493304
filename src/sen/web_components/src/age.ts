// Freshness chips grow old by themselves: `data-age` is when the last value came (ISO), `data-due` after how many seconds it
// counts as late, `data-lost` after how many as lost.
import { duration, moment } from "./format";
import { t } from "./words";

function show(chip: HTMLElement): void {
  const at = Date.parse(chip.dataset["age"] ?? "");
  if (Number.isNaN(at)) return;
  const age = Math.max(0, (Date.now() - at) / 1000);
  const due = Number(chip.dataset["due"] || Infinity);
  const lost = Number(chip.dataset["lost"] || Infinity);
  const state = age > lost ? "lost" : age > due ? "late" : "";
  const words = state === "lost" ? t("mất {age}", { age: duration(age) }) : state === "late" ? t("trễ {age}", { age: duration(age) }) : duration(age);
  if (chip.textContent !== words) chip.textContent = words;
  chip.classList.toggle("late", state === "late");
  chip.classList.toggle("lost", state === "lost");
  chip.title ||= t("số mới nhất lúc {when}", { when: moment(at) });
}

/** Set a chip's moment and show its age at once. */
export function setAge(chip: HTMLElement, time: number): void {
  chip.dataset["age"] = new Date(time).toISOString();
  chip.title = t("số mới nhất lúc {when}", { when: moment(time) });
  show(chip);
}

export function startAges(): void {
  const all = (): void => document.querySelectorAll<HTMLElement>("[data-age]").forEach(show);
  all();
  setInterval(all, 5_000);
  document.addEventListener("htmx:afterSwap", all);
}
