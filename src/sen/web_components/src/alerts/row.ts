// One row of the queue, made from the page's `<template id="alert-row">` and brought up to date in place.
import { clock, duration, moment } from "../format";
import { t } from "../words";
import { SEVERITY_WORDS, type Alert } from "./data";

const part = (row: Element, name: string): HTMLElement => row.querySelector<HTMLElement>(`[data-part=${name}]`) as HTMLElement;

function write(place: HTMLElement, words: string): void {
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

export function makeRow(template: HTMLTemplateElement, alert: Alert): HTMLElement {
  const row = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  row.dataset["alert"] = alert.id;
  row.dataset["code"] = alert.asset;
  row.dataset["number"] = alert.number;
  const link = part(row, "link") as HTMLAnchorElement;
  link.href = `/alerts/${encodeURIComponent(alert.number)}/`;
  fillRow(row, alert);
  return row;
}

/** What merged and how often it was measured again: `gộp 4`, `3 lần đo`. */
function repeats(alert: Alert): string {
  if (alert.merged) return t("gộp {n}", { n: alert.merged + 1 });
  return alert.repeats > 1 ? t("{n} lần đo", { n: alert.repeats }) : "";
}

/** Who has it in hand, or why it rests. */
function note(alert: Alert): string {
  if (alert.looking) return t("{name} đang xem", { name: alert.looking });
  if (alert.incident) return t("thuộc sự cố {number}", { number: alert.incident });
  if (alert.shelvedUntil) return t("tạm ẩn đến {when}", { when: clock(alert.shelvedUntil) });
  if (alert.assignee) return t("giao {name}", { name: alert.assignee });
  if (alert.acknowledgedBy) return t("{name} xác nhận {when}", { name: alert.acknowledgedBy, when: clock(alert.acknowledgedAt) });
  return "";
}

export function fillRow(row: HTMLElement, alert: Alert): void {
  const glyph = row.querySelector("svg.g");
  if (glyph && row.dataset["severity"] !== alert.severity) {
    row.dataset["severity"] = alert.severity;
    glyph.setAttribute("class", `g ${alert.severity}`);
    glyph.querySelector("use")?.setAttribute("href", `#s-${alert.severity}`);
    write(part(row, "severity"), `${t(SEVERITY_WORDS[alert.severity])}: `);
  }
  row.classList.toggle("new", alert.group === "new");
  row.classList.toggle("seen", alert.group === "seen" || alert.group === "closed");
  row.classList.toggle("cleared", alert.cleared);
  write(part(row, "title"), alert.title);
  write(part(row, "place"), [alert.place, alert.themeName].filter(Boolean).join(" · "));
  write(part(row, "count"), [repeats(alert), alert.drill ? t("diễn tập") : "", alert.silent ? t("bảo trì") : "", alert.cleared ? t("đã hết") : ""].filter(Boolean).join(" · "));
  const age = part(row, "age");
  const since = new Date(alert.raised).toISOString();
  if (age.dataset["age"] !== since) {
    age.dataset["age"] = since;
    age.title = t("báo lúc {when}", { when: moment(alert.raised) });
  }
  write(age, duration(Math.max(0, (Date.now() - alert.raised) / 1000)));
  write(part(row, "note"), note(alert));
  row.title = alert.why;
}
