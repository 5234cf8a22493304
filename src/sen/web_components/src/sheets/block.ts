// Text that a spreadsheet puts on the clipboard, and back: lines are rows, tabs part the columns, quotes hold both.

/** Rows of cells. A single line end at the end, which spreadsheets add, makes no row. */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const put = (): void => {
    rows[rows.length - 1]?.push(cell.trim());
    cell = "";
  };
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const one = source[at];
    if (quoted) {
      if (one === '"' && source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (one === '"') quoted = false;
      else cell += one;
    } else if (one === '"' && cell === "") quoted = true;
    else if (one === "\t") put();
    else if (one === "\n") {
      put();
      rows.push([]);
    } else cell += one;
  }
  put();
  return rows;
}

/** The opposite, for copying several cells. */
export function writeBlock(rows: string[][]): string {
  const quote = (cell: string): string => (/[\t\n"]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
  return rows.map((row) => row.map(quote).join("\t")).join("\n");
}
