// Dialogs are <dialog> elements: `data-dialog="id"` opens one as a modal, `data-dialog-close` closes it.

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    } else if (target?.closest("[data-dialog-close]")) {
      target.closest("dialog")?.close();
    } else if (target instanceof HTMLDialogElement) {
      target.close();
    }
  });
}
