import type { Flight } from "./flights.ts";
import type { LoadFailed } from "./load-failed.ts";
import type { Place } from "./place.ts";
import type { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

/** A parameter set on its way through the tiers. */
export interface Passage<Params, Value> extends Place {
  /** Noted anew for each attempt. */
  fences: Place["fences"];
  readonly params: Params;
  readonly flight: Flight<Value>;
  /** What Redis has, fresh or not. */
  kept?: CachedValue<Value> | undefined;
  outcome?: Reading<Value> | LoadFailed;
}
