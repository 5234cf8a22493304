// Draws the steps of a procedure as a flow: who does it, when it is due at the latest, and on which answer it depends.
import { svg } from "../svg";
import { t } from "../words";
import { levels, predecessors, type Sop, type Step } from "./sop";

const WIDTH = 180;
const HEIGHT = 62;
const GAP_X = 16;
const GAP_Y = 30;
const LINE = 25;
const SIDE_BY_SIDE = 2;

/** `T+15 phút`, `T+2 giờ`, `T+3 ngày`. */
function due(minutes: number | undefined): string {
  if (minutes === undefined) return "";
  if (minutes < 120) return t("T+{n} phút", { n: Math.round(minutes) });
  return minutes < 2880 ? t("T+{n} giờ", { n: Math.round(minutes / 60) }) : t("T+{n} ngày", { n: Math.round(minutes / 1440) });
}

function wrapped(words: string): string[] {
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const last = lines[lines.length - 1] ?? "";
    if (last && `${last} ${word}`.length > LINE) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.length > 2 ? [lines[0] ?? "", `${(lines[1] ?? "").slice(0, LINE - 1)}…`] : lines;
}

function label(x: number, y: number, words: string, name: string): SVGElement {
  const text = svg("text", { x, y, class: name });
  text.textContent = words;
  return text;
}

function box(step: Step, x: number, y: number, role: string, at: string, number: number): SVGElement {
  const group = svg("g", { class: `flow-box${step.when ? " branch" : ""}${step.optional ? " optional" : ""}` });
  group.append(svg("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 6 }));
  wrapped(`${number}. ${step.words || "…"}`).forEach((line, place) => group.append(label(x + 8, y + 17 + place * 15, line, "flow-words")));
  group.append(label(x + 8, y + HEIGHT - 8, `${role}${at ? ` · ${at}` : ""}`, "flow-role"));
  if (step.question) group.append(label(x + WIDTH - 14, y + HEIGHT - 8, "?", "flow-ask"));
  return group;
}

function line(from: [number, number], to: [number, number]): SVGElement {
  const middle = to[1] - GAP_Y / 2;
  return svg("path", { class: "flow-line", d: `M${from[0]} ${from[1]}V${middle}H${to[0]}V${to[1] - 4}` });
}

/** The drawing of a procedure; `roles` names the roles, `times` says by which minute each step is due at the latest. */
export function drawFlow(sop: Sop, roles: ReadonlyMap<string, string>, times: Record<string, number>): SVGSVGElement {
  const depth = levels(sop.steps);
  const ordered = sop.steps.filter(({ code }) => depth.has(code));
  const rows: Step[][] = [];
  for (let level = 0; level <= Math.max(0, ...depth.values()); level += 1) {
    const same = ordered.filter(({ code }) => depth.get(code) === level);
    for (let first = 0; first < same.length; first += SIDE_BY_SIDE) rows.push(same.slice(first, first + SIDE_BY_SIDE));
  }
  const width = SIDE_BY_SIDE * (WIDTH + GAP_X) + GAP_X;
  const height = rows.length * (HEIGHT + GAP_Y) + GAP_Y / 2;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": t("{n} bước", { n: sop.steps.length }) }) as SVGSVGElement;
  const places = new Map<string, [number, number]>();
  rows.forEach((steps, row) => {
    const left = (width - steps.length * (WIDTH + GAP_X) + GAP_X) / 2;
    steps.forEach((step, place) => places.set(step.code, [left + place * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y) + GAP_Y / 2]));
  });
  const numbers = new Map(sop.steps.map(({ code }, place) => [code, place + 1]));
  const before = predecessors(sop.steps);
  for (const step of sop.steps) {
    const to = places.get(step.code);
    if (!to) continue;
    for (const code of before.get(step.code) ?? []) {
      const from = places.get(code);
      if (from) drawing.append(line([from[0] + WIDTH / 2, from[1] + HEIGHT], [to[0] + WIDTH / 2, to[1]]));
    }
  }
  for (const step of sop.steps) {
    const place = places.get(step.code);
    if (!place) continue;
    drawing.append(box(step, place[0], place[1], roles.get(step.role) ?? step.role, due(times[step.code]), numbers.get(step.code) ?? 0));
    const [asked, answer] = step.when.split("=");
    const words = sop.steps.find(({ code }) => code === asked)?.question?.answers.find(({ code }) => code === answer)?.words;
    if (words) drawing.append(label(place[0] + WIDTH / 2, place[1] - 5, words.slice(0, 26), "flow-answer"));
  }
  return drawing;
}
