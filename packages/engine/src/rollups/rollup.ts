import type { Calendar } from "../calendar.ts";

/** Rows added up for each subject and day, kept up to date with what has changed. */
export interface Rollup {
  readonly name: string;
  /** The table whose changes make days be computed again; a migration has them captured, with the instants that rows are of. */
  readonly source: string;
  /** Other tables that hold rows of the source: its archive. */
  readonly archives?: readonly string[];
  /** Whom the rows are about: the column, in the source, its archives and the target, and its SQL type. */
  readonly subject: { readonly column: string; readonly type: "bigint" | "text" };
  /** Whose days they are. */
  readonly calendar: Calendar;
  /** So many days after a changed one depend on it as well; default 0. */
  readonly reachDays?: number;
  /** The table that is written: the column of the day, and those that follow from the rows. Its primary key is subject and day. */
  readonly target: { readonly table: string; readonly day: string; readonly columns: readonly string[] };
  /**
   * SQL for the rows of the target, under the names of its columns, from `ranges (place, subject, from_day, to_day, since, until)`: all days from
   * `from_day` to `to_day` that have any, of each `subject`. They depend on source rows at or after `since` and before `until` alone.
   */
  readonly rows: string;
}

/** Declares a rollup. Days depend on their rows alone, not on when they are computed: to compute one again changes nothing. */
export const defineRollup = (rollup: Rollup): Rollup => Object.freeze(rollup);

/** A rollup's name among those of all domains. */
export const rollupName = (domain: { readonly name: string }, { name }: Pick<Rollup, "name">): string => `${domain.name}.${name}`;
