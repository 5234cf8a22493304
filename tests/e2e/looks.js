// Which words on the page look like none before? `known` are the numbers of looks that were examined. The elements that are new are
// kept in `window.newLooks` for axe; the answer is the numbers of their looks.
//
// A look is what the contrast of words follows from: the element's name and classes with those of its two parents, its colour, size and
// weight, and the colours, pictures and opacities behind it. What is laid over other things is examined on every page anew.
(known) => {
  const seen = new Set(known);
  const behind = new Map();

  /** What lies behind the words of an element, down to the page; whether somebody laid it over other things. */
  const ground = (element) => {
    if (!element) return { words: "", laid: false };
    let found = behind.get(element);
    if (!found) {
      const style = getComputedStyle(element);
      const below = ground(element.parentElement);
      const plain = style.backgroundColor === "rgba(0, 0, 0, 0)" && style.backgroundImage === "none" && style.opacity === "1";
      found = {
        words: plain ? below.words : `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}/${below.words}`,
        laid: below.laid || style.position === "absolute" || style.transform !== "none",
      };
      behind.set(element, found);
    }
    return found;
  };
  const name = (element) => (element ? `${element.localName}.${element.getAttribute("class") ?? ""}` : "");
  const speaks = (element) =>
    element.matches("input, select, textarea") || [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  const numberOf = (words) => {
    let [one, other] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < words.length; at++) {
      const code = words.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
    return 4294967296 * (2097151 & (other ^ (other >>> 15))) + ((one ^ (one >>> 13)) >>> 0);
  };

  window.newLooks = [];
  const numbers = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (!speaks(element) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const { words, laid } = ground(element);
    const parent = element.parentElement;
    const look = numberOf(
      [
        name(element), name(parent), name(parent?.parentElement), style.color, style.fill, style.fontSize, style.fontWeight, style.textShadow,
        words, element.matches(":disabled, [aria-disabled=true]"), laid ? location.href : "",
      ].join("|"),
    );
    if (seen.has(look)) continue;
    seen.add(look);
    numbers.push(look);
    window.newLooks.push(element);
  }
  return numbers;
}
