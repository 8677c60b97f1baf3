interface Named {
  readonly name: string;
  readonly table: string;
  /** The column that identifies a row; `id` if left out. */
  readonly key?: string;
  readonly why: string;
}

/** Rows for which an SQL condition over the table's own columns is true. An index of the key with this condition finds them at once. */
interface Invalid extends Named {
  readonly where: string;
}

/** Rows that agree in some columns, but for one of them: that which is greatest by `keepGreatest`, which must decide between any two. */
interface Duplicate extends Named {
  readonly duplicatesBy: readonly [string, ...string[]];
  readonly keepGreatest: readonly [string, ...string[]];
}

/** Rows whose column names a row of another table that is not there. */
interface Orphan extends Named {
  readonly orphanOf: { readonly table: string; readonly key: string; readonly column: string };
}

/** Which rows of a table can't be right, and why; null is never wrong. */
export type CleanupRule = Invalid | Duplicate | Orphan;

/** Declares which rows a cleanup takes out. A row that several rules of a domain match is taken out by the first of them. */
export const defineCleanupRule = (rule: CleanupRule): CleanupRule => Object.freeze(rule);

/** What a domain's cleanup does. */
export interface CleanupFacts {
  /** The table that takes the rows, made by `quarantineTable`. */
  readonly quarantine: string;
  readonly rules: readonly CleanupRule[];
}
