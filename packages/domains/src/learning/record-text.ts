/**
 * Rows in the text that PostgreSQL makes of them (`string_agg(row(…)::text, e'\n')`): `(1,,"a ""b"", c")`. It puts quotes around
 * what could be taken for something else, line ends among it, so that a text without a quote is fields between commas and
 * rows between line ends.
 */
export const hasQuotes = (rows: string): boolean => rows.includes('"');

const field = /\(?(?:"((?:[^"]|"")*)"|([^,)]*))([,)])\n?/gy;

/** The fields of such rows, where there are quotes or not; null where there is no value. */
export function readRows(rows: string): (string | null)[][] {
  const read: (string | null)[][] = [[]];
  for (const [, quoted, plain = "", end] of rows.matchAll(field)) {
    read.at(-1)?.push(quoted === undefined ? plain || null : quoted.replace(/""|\\\\/g, ([first]) => first as string));
    if (end === ")") read.push([]);
  }
  return read.slice(0, -1);
}
