/** Rows of a table that get old. */
export interface AgingRows {
  readonly table: string;
  /** The column that identifies a row; `id` if left out. */
  readonly key?: string;
  /** SQL for the instant that a row's age counts from; an index that begins with it finds the old ones. */
  readonly age: string;
  /** SQL for which rows it concerns; all of them if left out. */
  readonly where?: string;
  /** Rows that get old with a row of another table: `column` names its `key`, and `age` and `where` are about that row. An index of `column` finds them. */
  readonly of?: { readonly table: string; readonly key: string; readonly column: string };
}

/** Rows that are deleted for good when they are old. */
export interface PurgedRows extends AgingRows {
  /** The rollup that has to be done for a row's day before, and SQL for the instant that says which day that is. */
  readonly rollup?: { readonly name: string; readonly at: string };
}

/**
 * What becomes of rows that get old: first they are moved out of the way, then deleted for good. The limits, in days, are what
 * counts unless a job says others.
 */
export interface ArchivePolicy {
  readonly name: string;
  readonly why: string;
  /** `to` has all columns of the table and `archived_at` and `run_id`; it may be partitioned by months of a column. */
  readonly move?: AgingRows & { readonly to: string; readonly afterDays: number };
  readonly purge?: { readonly afterDays: number; readonly rows: readonly PurgedRows[] };
}

/** Declares what becomes of rows that get old. */
export const defineArchivePolicy = (policy: ArchivePolicy): ArchivePolicy => Object.freeze(policy);
