// Small behaviours of forms: fields that submit by themselves, copying a secret, asking before what cannot be undone.
import { toast } from "./toast";
import { t } from "./words";

export function startForms(): void {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLElement && field.dataset["submit"] !== undefined) (field as HTMLSelectElement).form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const asks = event.target instanceof HTMLElement ? event.target.dataset["confirm"] : undefined;
    if (asks && !confirm(asks)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    if (button) void navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(() => toast(t("Đã chép.")));
    const print = event.target instanceof Element ? event.target.closest("[data-print]") : null;
    if (print) window.print();
  });
}
