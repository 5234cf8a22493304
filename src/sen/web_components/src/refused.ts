// What was typed into a form that the server refused comes back. The next page says why (`.msg.error`); the fields of the form
// with the same address are as they were. Kept in this tab, for one page; passwords, files and hidden fields are never kept.

const KEY = "sen.typed";
const NEVER = ["password", "file", "hidden"];

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Typed = { form: string; entries: [string, string][] };

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(
    (one): one is Field => (one instanceof HTMLInputElement || one instanceof HTMLSelectElement || one instanceof HTMLTextAreaElement) && one.name !== "" && !NEVER.includes(one.type),
  );
}

/** A form's address with what it is about: rows of a list have forms that differ in their hidden fields only. */
function nameOf(form: HTMLFormElement): string {
  const about = [...form.querySelectorAll<HTMLInputElement>("input[type=hidden]")].filter((one) => !["csrfmiddlewaretoken", "revision", "key"].includes(one.name));
  return [form.getAttribute("action"), ...about.map((one) => `${one.name}=${one.value}`)].join("&");
}

function keep(form: HTMLFormElement): void {
  const fields = fieldsOf(form);
  const names = new Set(fields.map((one) => one.name));
  const entries = [...new FormData(form)].filter((one): one is [string, string] => typeof one[1] === "string" && names.has(one[0]));
  const typed: Typed = { form: nameOf(form), entries };
  if (fields.length && !form.querySelector("input[type=password]")) sessionStorage.setItem(KEY, JSON.stringify(typed));
}

function fill(form: HTMLFormElement, typed: Typed): void {
  const said = new Map<string, string[]>();
  for (const [name, value] of typed.entries) said.set(name, [...(said.get(name) ?? []), value]);
  for (const field of fieldsOf(form)) {
    const values = said.get(field.name) ?? [];
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) field.checked = values.includes(field.value);
    else if (field instanceof HTMLSelectElement && field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else field.value = values.shift() ?? "";
  }
}

/** Where the form can be seen again: its fold opened, its dialog opened with the refusal in it. */
function show(form: HTMLFormElement, refusal: Element): void {
  form.closest("details")?.setAttribute("open", "");
  const dialog = form.closest("dialog");
  if (!dialog) return;
  form.prepend(refusal.cloneNode(true));
  if (!dialog.open) dialog.showModal();
}

export function startRefused(): void {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const refusal = document.querySelector("main .msg.error");
  if (text && refusal) {
    const typed = JSON.parse(text) as Typed;
    const form = [...document.querySelectorAll<HTMLFormElement>("form[method=post][action]")].find((one) => nameOf(one) === typed.form);
    if (form) {
      fill(form, typed);
      show(form, refusal);
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (form.getAttribute("method") === "post" && form.hasAttribute("action") && !form.hasAttribute("hx-post")) keep(form);
  });
}
