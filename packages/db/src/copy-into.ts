import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

const special = /[\\\t\n\r]/g;
const escaped: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

const fieldOf = (value: string | number | null) => (value === null ? "\\N" : String(value).replace(special, (character) => escaped[character] ?? ""));

/** Rows in PostgreSQL's COPY text, some thousand to a piece. */
async function* copyText(rows: AsyncIterable<readonly (string | number | null)[]>): AsyncGenerator<string> {
  let text = "";
  for await (const row of rows) {
    text += `${row.map(fieldOf).join("\t")}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = "";
  }
  if (text) yield text;
}

/** Streams rows into a table with COPY; each row has a value, or null, for each of the columns. */
export async function copyInto(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly (string | number | null)[]>,
): Promise<void> {
  await pipeline(Readable.from(copyText(rows)), client.query(copyFrom(`copy ${table} (${columns.join(", ")}) from stdin`)));
}
