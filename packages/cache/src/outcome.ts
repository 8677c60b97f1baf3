import { LoadFailed } from "./load-failed.ts";
import type { Reading } from "./reading.ts";

/** What a read ends with. */
export type Outcome<Value = unknown> = Reading<Value> | LoadFailed;

/** The reading. Throws if there is none. */
export function readingOfOutcome<Value>(outcome: Outcome<Value> | undefined): Reading<Value> {
  if (!outcome || outcome instanceof LoadFailed) throw outcome ?? new Error("a read ended without an outcome");
  return outcome;
}
