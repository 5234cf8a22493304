// Making SVG elements without inline styles.
const SPACE = "http://www.w3.org/2000/svg";

/** A new SVG element with attributes, appended to `parent` where one is given. */
export function svg(name: string, attributes: Record<string, string | number>, parent?: Element, text?: string): SVGElement {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}
