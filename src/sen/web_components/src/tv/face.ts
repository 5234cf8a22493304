// The frame around the picture: the centre's clock, when the figures were renewed, why this picture, what follows and when.
import { clock, date } from "../format";
import { t } from "../words";
import type { State } from "./state";

const DAYS = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];

export class Face {
  /** How far the centre's clock is ahead of this machine's, in ms: displays often keep bad time. */
  private ahead = 0;
  private state: State | undefined;
  private readonly parts = new Map<string, HTMLElement>();

  constructor(stage: HTMLElement) {
    stage.querySelectorAll<HTMLElement>("[data-part]").forEach((part) => this.parts.set(part.dataset["part"] ?? "", part));
  }

  show(state: State): void {
    this.state = state;
    this.ahead = Date.parse(state.now) - Date.now();
    this.set("scene", state.name);
    this.set("why", state.why);
    this.tick();
  }

  /** The figures on the screen are of this moment. */
  updated(): void {
    this.set("updated", t("Cập nhật {time}", { time: seconds(this.now()) }));
  }

  /** Once a second: the clock and the countdown. */
  tick(): void {
    const now = this.now();
    const local = new Date(now + 7 * 3_600_000);
    this.set("clock", clock(now));
    this.set("date", `${t(DAYS[local.getUTCDay()] ?? "")}, ${date(now)}`);
    const next = this.state?.next;
    const left = next ? Math.ceil((Date.parse(next.at) - now) / 1_000) : -1;
    const words = next && left >= 0 && left < 86_400 ? t("Tiếp theo: {name} sau {left}", { name: next.name || t("màn hình chờ"), left: countdown(left) }) : "";
    this.set("next", words);
  }

  /** Say since when the centre is away; nothing when it is there. */
  lost(words: string): void {
    this.set("lost", words);
    this.parts.get("lost")?.toggleAttribute("hidden", !words);
    if (words) this.set("next", "");
  }

  /** This moment on the centre's clock. */
  now(): number {
    return Date.now() + this.ahead;
  }

  private set(name: string, words: string): void {
    const part = this.parts.get(name);
    if (part && part.textContent !== words) part.textContent = words;
  }
}

const two = (n: number): string => String(n).padStart(2, "0");
const seconds = (time: number): string => `${clock(time)}:${two(new Date(time).getUTCSeconds())}`;
const countdown = (left: number): string =>
  left >= 3_600 ? `${Math.floor(left / 3_600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : `${Math.floor(left / 60)}:${two(left % 60)}`;
