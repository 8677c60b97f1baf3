import type { Session } from "@caretaker/db";

/** Where a step goes on: the values, as text, of the columns that it walks by. */
export type Cursor = readonly string[];

/** What one batch did: rows it found, rows of these it did something to, and where the next one goes on; null: there is none. */
export interface Batch {
  readonly matched: number;
  readonly done: number;
  /** Rows that the planner's statistics do not know to have come or gone; `done` if left out. */
  readonly unseen?: number;
  readonly next: Cursor | null;
}

interface From {
  readonly after: Cursor | null;
  readonly limit: number;
}

/** One thing that a run does to a table, batch by batch, each in one transaction. */
export interface Step {
  /** What it is counted as. */
  readonly name: string;
  /** What it does, for people: `taking out`. */
  readonly verb: string;
  /** The tables that it changes. */
  readonly tables: readonly string[];
  /** Looks for the next batch's rows before its transaction begins, where that may take long. */
  find?(session: Session, from: From): Promise<readonly Cursor[]>;
  batch(session: Session, from: From & { readonly found: readonly Cursor[] }): Promise<Batch>;
}
