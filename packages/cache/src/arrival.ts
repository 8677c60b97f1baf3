import type { LoadFailed } from "./load-failed.ts";
import { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

/** What a read of one key ends with: a value and where it is from, or why there is none. */
export interface Arrival<Value = unknown> {
  readonly served: CachedValue<Value> | undefined;
  readonly source: Reading["source"];
  readonly failure: LoadFailed | undefined;
  /** What became meanwhile of the read that brought it, if the caller's own did. */
  readonly state?: "current" | "invalidated" | "replaced";
}

/** What was served. Throws if nothing was. */
export function servedBy<Value>({ served, failure }: Arrival<Value>): CachedValue<Value> {
  if (served === undefined) throw failure ?? new Error("a read ended without an outcome");
  return served;
}

/** The reading. Throws if there is none. */
export const readingOfArrival = <Value>(arrival: Arrival<Value>): Reading<Value> => new Reading(servedBy(arrival), arrival.source);
