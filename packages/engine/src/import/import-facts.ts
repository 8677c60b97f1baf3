import type { CsvFile } from "./read-csv.ts";

/** A file and the table that its lines are for, by which those that are refused are counted. */
export interface ImportFile extends CsvFile {
  readonly table: string;
}

/**
 * The files that a domain's tables can be loaded from. Each becomes a temporary table of its name here; then `merge` brings
 * them into the domain's own. Statements find what the caller asked for in `import_options`, a table of one row: `shift_to`,
 * the date that the newest one is moved to, and `year`, that of dates which are made up; both may be null.
 */
export interface ImportFacts {
  readonly files: Readonly<Record<string, ImportFile>>;
  readonly merge: readonly string[];
  /** How many rows the files made, as an SQL expression, by table. */
  readonly rows: Readonly<Record<string, string>>;
}

/** Rows that an import found in a table's files, and how many of them it refused. */
export interface ImportResult {
  readonly tables: Readonly<Record<string, { rows: number; refused: number }>>;
}
