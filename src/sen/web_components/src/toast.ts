// One message at the foot of the screen, with an undo where the action can be taken back.
import { t } from "./words";

let timer: ReturnType<typeof setTimeout> | undefined;

/** Show `words` for eight seconds; `undo` adds the button that takes it back. */
export function toast(words: string, undo?: () => void): void {
  const place = document.getElementById("toast");
  if (!place) return;
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = words;
  place.replaceChildren(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = t("Hoàn tác");
    button.addEventListener("click", () => {
      place.hidden = true;
      undo();
    });
    place.append(button);
  }
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (place.hidden = true), 8_000);
}

/** The server asks for a message with the header `HX-Trigger: {"sen:toast": {"words", "undo"}}`; `undo` is the address to post to. */
export function startToasts(post: (address: string) => void): void {
  document.addEventListener("sen:toast", (event) => {
    const { words, undo } = (event as CustomEvent<{ words: string; undo?: string }>).detail;
    toast(words, undo ? () => post(undo) : undefined);
  });
}
