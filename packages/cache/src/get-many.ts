import { type Arrival, servedBy } from "./arrival.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { near } from "./near.ts";
import type { Reading } from "./reading.ts";
import { takeOff } from "./take-off.ts";

/** Values in order: what is near, and the rest with one round trip to Redis and one load. Throws `LoadFailed`. */
export async function getMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  sets: readonly Params[],
): Promise<(Value | null)[]> {
  const asked = sets.map((params) => ({ entryKey: entry.keyOf(params), params }));
  for (const { entryKey, params } of asked) core.popularity.count(entry.name, entryKey, params);
  const here = asked.map(({ entryKey, params }) => near(core, entry, entryKey, params));
  const away = asked.filter((_, index) => !here[index]);
  if (away.length === 0) return here.map((reading) => (reading as Reading<Value>).value);
  const arrivals = await takeOff(core, entry, away, false);
  if (away.length === asked.length) return arrivals.map((arrival) => servedBy(arrival).value);
  let next = 0;
  return here.map((reading) => (reading ?? servedBy(arrivals[next++] as Arrival<Value>)).value);
}
