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
  const asked = sets.map((params) => ({ key: core.keys.value(entry, params), params }));
  for (const { key, params } of asked) core.popularity.count(entry.name, key, params);
  const here = asked.map(({ key, params }) => near(core, entry, key, params));
  const away = asked.filter((_, index) => !here[index]);
  const arrived = (await Promise.all(takeOff(core, entry, away, false))).values();
  return here.map((reading) => (reading ?? (arrived.next().value as Reading<Value>)).value);
}
