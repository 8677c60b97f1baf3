import { type Arrival, servedBy } from "./arrival.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { nearMany } from "./near.ts";
import { type Passage, passageOf } from "./passage.ts";
import { takeOff } from "./take-off.ts";

/** Values in order: what is near, and the rest with one round trip to Redis and one load. Throws `LoadFailed`. */
export async function getMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  sets: readonly Params[],
): Promise<(Value | null)[]> {
  const here = nearMany(core, entry, sets);
  const away: Passage<Params, Value>[] = [];
  for (let index = 0; index < sets.length; index++) {
    if (!here[index]) away.push(passageOf(core.keys, entry, sets[index] as Params));
  }
  const arriving = away.length > 0 ? takeOff(core, entry, away, false) : [];
  core.popularity.countMany(entry, sets); // while Redis looks
  const arrivals = await arriving;
  let next = 0;
  return here.map((value) => (value ?? servedBy(arrivals[next++] as Arrival<Value>)).value);
}
