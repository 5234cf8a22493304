// Rows of the editor of procedures: a step into its fields and back, and what can be chosen in them.
import { t } from "../words";
import { codeFrom, type Answer, type Message, type Sop, type Step } from "./sop";

const RECEIVERS = ["", "owner", "territory", "neighbours"];

type Field = HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement;

const field = (row: HTMLElement, name: string): Field => row.querySelector(`[data-field="${name}"]`) as Field;
const value = (row: HTMLElement, name: string): string => field(row, name).value.trim();

/** What the fields cannot hold, such as codes of answers and English words, waits here. */
const kept = new WeakMap<HTMLElement, Step>();

/** Put a step into the fields of its row. */
export function show(row: HTMLElement, step: Step): void {
  kept.set(row, step);
  const scale = step.minutes % 1440 === 0 ? 1440 : step.minutes % 60 === 0 ? 60 : 1;
  const values: Record<string, string> = {
    words: step.words, role: step.role, amount: String(step.minutes / scale), scale: String(scale), clock: step.clock, form: step.form,
    question: step.question?.words ?? "", answers: (step.question?.answers ?? []).map(({ words }) => words).join("\n"),
    dispatch: RECEIVERS.includes(step.dispatch) ? step.dispatch : "unit", unit: RECEIVERS.includes(step.dispatch) ? "" : step.dispatch,
    begin: step.after.length === 0 ? "" : step.after[0] === "start" && step.after.length === 1 ? "start" : "steps",
  };
  for (const [name, text] of Object.entries(values)) {
    const place = field(row, name);
    if (place instanceof HTMLSelectElement && text && ![...place.options].some((one) => one.value === text)) place.add(new Option(text, text));
    place.value = text;
  }
  field(row, "optional").checked = step.optional;
  row.dataset["after"] = step.after.join(",");
  row.dataset["when"] = step.when;
  row.dataset["message"] = step.message;
}

/** The step that stands in a row. */
export function readStep(row: HTMLElement): Step {
  const base = kept.get(row) as Step;
  const begin = value(row, "begin");
  const ticked = [...row.querySelectorAll<HTMLInputElement>("[data-part=after] input:checked")].map((one) => one.value);
  const drawn = row.querySelector("[data-part=after] input") !== null;
  const chosen = drawn ? ticked : (row.dataset["after"] ?? "").split(",").filter(Boolean);
  const question = value(row, "question");
  const dispatch = value(row, "dispatch");
  return {
    ...base, words: value(row, "words"), role: value(row, "role"), minutes: Math.round(Number(value(row, "amount")) * Number(value(row, "scale"))) || 0,
    clock: value(row, "clock") as Step["clock"], form: value(row, "form"), dispatch: dispatch === "unit" ? value(row, "unit") : dispatch,
    message: field(row, "message").options.length ? value(row, "message") : (row.dataset["message"] ?? ""),
    when: field(row, "when").options.length ? value(row, "when") : (row.dataset["when"] ?? ""),
    after: begin === "" ? [] : begin === "start" ? ["start"] : chosen, optional: field(row, "optional").checked,
    question: question ? { ...base.question, words: question, answers: answers(value(row, "answers"), base.question?.answers ?? []) } : null,
  };
}

/** One answer per line; a line that was there keeps its code, a changed one the code of its place. */
function answers(text: string, before: Answer[]): Answer[] {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const taken = new Set<string>();
  return lines.map((words, place) => {
    const same = before.find((one) => one.words === words) ?? (lines.length === before.length ? before[place] : undefined);
    const code = same && !taken.has(same.code) ? same.code : codeFrom(words, new Set([...taken, ...before.map((one) => one.code)]), "tra-loi");
    taken.add(code);
    return { ...same, code, words };
  });
}

export function readMessage(row: HTMLElement): Message {
  return { code: value(row, "code"), words: value(row, "words"), words_en: row.dataset["wordsEn"] ?? "", audience: value(row, "audience") };
}

function choose(list: HTMLSelectElement, wanted: string, choices: [string, string][]): void {
  const all = choices.some(([code]) => code === wanted) ? choices : [...choices, [wanted, wanted] as [string, string]];
  list.replaceChildren(...all.map(([code, words]) => new Option(words, code, false, code === wanted)));
}

const short = (words: string): string => (words.length > 44 ? `${words.slice(0, 43)}…` : words);

/** Fill the lists that name other steps and messages, and hide what does not apply. */
export function showChoices(row: HTMLElement, sop: Sop, place: number): void {
  const step = sop.steps[place];
  if (!step) return;
  choose(field(row, "message"), step.message, [["", t("Không gửi")], ...sop.messages.map(({ code, words }) => [code, `${code}: ${short(words)}`] as [string, string])]);
  const branches = sop.steps.flatMap((one, at) => (one.question && at !== place ? one.question.answers.map((answer) => [`${one.code}=${answer.code}`, `${at + 1}. ${short(one.question?.words ?? "")} → ${answer.words}`] as [string, string]) : []));
  choose(field(row, "when"), step.when, [["", t("Luôn làm")], ...branches]);
  const after = row.querySelector("[data-part=after]") as HTMLElement;
  if (value(row, "begin") === "steps" && !after.contains(document.activeElement)) {
    const boxes = sop.steps.flatMap((one, at) => {
      if (at === place) return [];
      const label = document.createElement("label");
      label.className = "check";
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", value: one.code, checked: step.after.includes(one.code) });
      const words = document.createElement("span");
      words.textContent = `${at + 1}. ${short(one.words)}`;
      label.append(box, words);
      return [label];
    });
    after.replaceChildren(...boxes);
  }
  const shown: Record<string, boolean> = { unit: value(row, "dispatch") === "unit", steps: value(row, "begin") === "steps", question: value(row, "question") !== "" };
  for (const [name, on] of Object.entries(shown)) (row.querySelector(`[data-for=${name}]`) as HTMLElement).hidden = !on;
}

/** What a closed row says about itself besides words, role and time. */
export function summary(row: HTMLElement, sop: Sop, place: number): string {
  const step = sop.steps[place];
  if (!step) return "";
  const said: string[] = [];
  const numbers = new Map(sop.steps.map(({ code }, at) => [code, at + 1]));
  if (step.after.includes("start")) said.push(t("khi mở sự cố"));
  else if (step.after.length) said.push(t("sau bước {list}", { list: step.after.map((code) => numbers.get(code) ?? code).join(", ") }));
  if (step.when) said.push(t("khi {answer}", { answer: field(row, "when").selectedOptions[0]?.text.split(" → ")[1] ?? step.when }));
  if (step.dispatch) said.push(t("giao {who}", { who: step.dispatch === value(row, "unit") ? step.dispatch : (field(row, "dispatch").selectedOptions[0]?.text ?? "") }));
  if (step.question) said.push(t("hỏi: {words}", { words: short(step.question.words) }));
  if (step.form) said.push(t("phiếu: {name}", { name: field(row, "form").selectedOptions[0]?.text ?? step.form }));
  if (step.message) said.push(t("tin: {code}", { code: step.message }));
  if (step.clock === "working") said.push(t("giờ hành chính"));
  if (step.optional) said.push(t("không bắt buộc"));
  return said.join(" · ") || t("Thêm chi tiết: giao cho ai, câu hỏi, biểu mẫu");
}
