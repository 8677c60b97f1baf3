import type { ParamSet } from "@caretaker/contracts";
import type { AnyEntry } from "../domain.ts";

/** What follows from changes in a table that `capture_changes` watches; whoever makes them, no change is passed over. */
export interface ChangeFacts {
  /** The table. */
  readonly source: string;
  /** What is made of a subject's rows, and so dropped from the cache when one of them changes. */
  readonly tags: (subject: string) => readonly string[];
  /** What to warm a few seconds after a change for which `capture_changes` says that its subject is wanted warm. */
  readonly warm?: (subject: string) => ParamSet;
  /** Entries of which a change drops much: what readers ask for most of them is warmed again at once. For tables that change rarely. */
  readonly warmPopular?: readonly AnyEntry[];
}
