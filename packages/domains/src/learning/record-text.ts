/**
 * Rows in the text that PostgreSQL makes of them (`row(…)::text`), one after the other: `(1,,"a ""b"", c")(2,,d)`. It puts
 * quotes around what could be taken for something else, brackets and line ends among it, so that a text without a quote is
 * fields between commas and rows between brackets.
 */
export const hasQuotes = (rows: string): boolean => rows.includes('"');

const field = /\(?(?:"((?:[^"]|"")*)"|([^,)]*))([,)])/gy;

/** The fields of such rows, where there are quotes or not; null where there is no value. */
export function readRows(rows: string): (string | null)[][] {
  const read: (string | null)[][] = [[]];
  for (const [, quoted, plain = "", end] of rows.matchAll(field)) {
    read.at(-1)?.push(quoted === undefined ? plain || null : quoted.replace(/""|\\\\/g, ([first]) => first as string));
    if (end === ")") read.push([]);
  }
  return read.slice(0, -1);
}

/** The lines of a text of such rows, none of no text; a line end within quotes ends none. */
export function linesOf(text: string | null): string[] {
  if (text === null) return [];
  if (!hasQuotes(text)) return text.split("\n");
  const lines: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (const { 0: mark, index } of text.matchAll(/["\n]/g)) {
    if (mark === '"') isQuoted = !isQuoted;
    else if (!isQuoted) {
      lines.push(text.slice(start, index));
      start = index + 1;
    }
  }
  lines.push(text.slice(start));
  return lines;
}
