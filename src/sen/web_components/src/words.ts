// The words that scripts put on the screen: Vietnamese is the source, English comes from words.en.json.
import english from "./words.en.json";

const isEnglish = (): boolean => document.documentElement.lang.startsWith("en");
const catalogue: Record<string, string> = english;

/** The words in the language of the page; `{name}` is replaced from `values`. */
export function t(vietnamese: string, values: Record<string, string | number> = {}): string {
  const text = isEnglish() ? (catalogue[vietnamese] ?? vietnamese) : vietnamese;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Whether numbers and dates follow English habits. */
export const english_page = isEnglish;
