import { createReadStream, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CaretakerError } from "@caretaker/contracts";
import { parse } from "csv-parse";

/** A file that an import needs is missing, or lacks a column. */
class ImportFileInvalid extends CaretakerError {
  override readonly code = "IMPORT_FILE_INVALID";
}

const kinds = {
  integer: /^-?\d{1,15}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  number: /^-?\d{1,12}(\.\d{1,6})?$/,
  text: /^[^\0]+$/,
} as const;

/** What a column holds; with a question mark its field may be empty. */
export type ColumnKind = keyof typeof kinds | `${keyof typeof kinds}?`;

export interface CsvFile {
  /** Its name without `.csv.gz`. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** How many bytes a file has in its folder. Throws `ImportFileInvalid` if it is not there. */
export function sizeOf(dir: string, { name }: CsvFile): number {
  const path = join(dir, `${name}.csv.gz`);
  if (!existsSync(path)) throw new ImportFileInvalid(`${path} is missing`);
  return statSync(path).size;
}

/** Streams the wanted columns of a file; a line with a field of another kind is refused, and counted by `onRefused`. */
export async function* readCsv(
  dir: string,
  file: CsvFile,
  { onBytes, onRefused }: { onBytes: (bytes: number) => void; onRefused: () => void },
): AsyncGenerator<(string | null)[]> {
  const wanted = Object.entries(file.columns);
  const source = createReadStream(join(dir, `${file.name}.csv.gz`)).on("data", ({ length }) => onBytes(length));
  const parser = parse({ relax_column_count: true, columns: (header: string[]) => withColumns(file, header), bom: true, skip_empty_lines: true });
  const flowing = pipeline(source, createGunzip(), parser);
  flowing.catch(() => {}); // whoever reads the parser gets the error
  for await (const record of parser as AsyncIterable<Record<string, string | undefined>>) {
    const row = wanted.map(([name]) => record[name] || null);
    if (row.every((field, index) => fits(field, wanted[index]?.[1] ?? "text"))) yield row;
    else onRefused();
  }
  await flowing;
}

function withColumns({ name, columns }: CsvFile, header: string[]): string[] {
  const missing = Object.keys(columns).filter((column) => !header.includes(column));
  if (missing.length > 0) throw new ImportFileInvalid(`${name}.csv.gz has no column ${missing.join(", ")}`);
  return header;
}

function fits(field: string | null, kind: ColumnKind): boolean {
  if (field === null) return kind.endsWith("?");
  const base = kind.replace("?", "") as keyof typeof kinds;
  return kinds[base].test(field) && (base !== "date" || isDate(field));
}

const isDate = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
