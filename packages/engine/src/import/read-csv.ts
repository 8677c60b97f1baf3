import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
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
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/,
  number: /^-?\d{1,15}(\.\d{1,8})?$/,
  text: /^[^\0]+$/,
} as const;

/** What a column holds; with a question mark its field may be empty. */
export type ColumnKind = keyof typeof kinds | `${keyof typeof kinds}?`;

export interface CsvFile {
  /** Its name without `.csv.gz`; a `*` in it stands for a part that is different from file to file. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** A column that holds what the `*` stands for. */
  readonly nameColumn?: Readonly<Record<string, "date" | "text">>;
}

/** A file in its folder. */
export interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** What its `*` stands for. */
  readonly part: string;
}

/** What is read of a file, with what is read of its name. */
export const columnsOf = ({ columns, nameColumn }: CsvFile): Readonly<Record<string, ColumnKind>> => ({ ...columns, ...nameColumn });

/** The files of a folder that are meant. Throws `ImportFileInvalid` if there is none. */
export function findFiles(dir: string, { name }: CsvFile): FoundFile[] {
  const [start = "", end] = `${name}.csv.gz`.split("*");
  const matching = (existsSync(dir) ? readdirSync(dir).sort() : []).filter((each) =>
    end === undefined ? each === start : each.startsWith(start) && each.endsWith(end),
  );
  if (matching.length === 0) throw new ImportFileInvalid(`${join(dir, `${name}.csv.gz`)} is missing`);
  return matching.map((each) => {
    const path = join(dir, each);
    return { name: each.replace(/\.csv\.gz$/, ""), path, bytes: statSync(path).size, part: each.slice(start.length, -(end?.length ?? each.length)) };
  });
}

/** Streams the wanted columns of a file; a line with a field of another kind is refused, and counted by `onRefused`. */
export async function* readCsv(
  file: CsvFile,
  { path, part }: FoundFile,
  { onBytes, onRefused }: { onBytes: (bytes: number) => void; onRefused: () => void },
): AsyncGenerator<(string | null)[]> {
  const wanted = Object.entries(file.columns);
  const ofName = file.nameColumn ? [part] : [];
  if (Object.values(file.nameColumn ?? {}).some((kind) => !fits(part, kind)))
    throw new ImportFileInvalid(`${path}: ${part} is not what its name must have`);
  const source = createReadStream(path).on("data", ({ length }) => onBytes(length));
  const parser = parse({ relax_column_count: true, columns: (header: string[]) => withColumns(file, header), bom: true, skip_empty_lines: true });
  const flowing = pipeline(source, createGunzip(), parser);
  flowing.catch(() => {}); // whoever reads the parser gets the error
  for await (const record of parser as AsyncIterable<Record<string, string | undefined>>) {
    const row = wanted.map(([name]) => record[name] || null);
    if (row.every((field, index) => fits(field, wanted[index]?.[1] ?? "text"))) yield [...row, ...ofName];
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
  return kinds[base].test(field) && ((base !== "date" && base !== "instant") || isDate(field.slice(0, 10)));
}

const isDate = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
