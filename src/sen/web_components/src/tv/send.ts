// `w` sends to the wall: what lies under the pointer or has the focus, else the first thing on the page that can be sent.

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

export function startSending(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "w" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const senders = [...document.querySelectorAll<HTMLElement>("[data-send]")];
    const around = (sender: HTMLElement): Element | null => sender.closest("[data-sendable]");
    const here = senders.find((sender) => around(sender)?.matches(":focus-within")) ?? senders.find((sender) => around(sender)?.matches(":hover"));
    (here ?? senders[0])?.click();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const place = (event as CustomEvent<{ target: HTMLElement }>).detail.target;
    if (place.id !== "send-to-wall") return;
    const dialog = place.closest("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  });
  document.addEventListener("sen:sent", () => document.querySelector<HTMLDialogElement>("dialog:has(#send-to-wall)")?.close());
}
