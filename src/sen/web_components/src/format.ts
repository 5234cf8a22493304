// Numbers, moments and durations as people in Vietnam (or, on English pages, in English) read them.
import { english_page, t } from "./words";

const ZONE = "Asia/Ho_Chi_Minh";
const locale = (): string => (english_page() ? "en-GB" : "vi-VN");

/** `1234.5` → `1.234,5` (English pages: `1,234.5`), with a true minus sign. */
export function number(value: number, decimals = 0): string {
  return new Intl.NumberFormat(english_page() ? "en-US" : "vi-VN", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .format(value)
    .replace("-", "−");
}

function part(options: Intl.DateTimeFormatOptions): (moment: number) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (moment) => (made ??= new Intl.DateTimeFormat(locale(), { timeZone: ZONE, hour12: false, ...options })).format(moment);
}

export const clock = part({ hour: "2-digit", minute: "2-digit" });
/** Dates are written with strokes in both languages; the browsers' Vietnamese has dashes for short ones. */
const stroked = (made: (moment: number) => string): ((moment: number) => string) => (time) => made(time).replace(/-/g, "/");
export const dayMonth = stroked(part({ day: "2-digit", month: "2-digit" }));
export const date = stroked(part({ day: "2-digit", month: "2-digit", year: "numeric" }));
export const monthYear = (time: number): string => date(time).slice(3);
export const moment = (time: number): string => `${date(time)} ${clock(time)}`;

/** Hour of the day 0-23 in Vietnam. */
export const hour = (time: number): number => (new Date(time).getUTCHours() + 7) % 24;

/** `45 giây`, `2 phút`, `7 giờ 52`, `19 giờ`, `18 ngày`. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (seconds < 60) return t("{n} giây", { n: Math.max(0, Math.floor(seconds)) });
  if (minutes < 60) return t("{n} phút", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 10 && minutes % 60) return t("{n} giờ {m}", { n: hours, m: String(minutes % 60).padStart(2, "0") });
  if (hours < 48) return t("{n} giờ", { n: hours });
  return t("{n} ngày", { n: Math.floor(hours / 24) });
}
