import type { CacheCore } from "./cache-core.ts";
import { checked } from "./checked.ts";
import type { Entry } from "./entry.ts";
import type { Flight } from "./flights.ts";
import type { Compute, Given } from "./given.ts";
import type { SetResult } from "./set-result.ts";
import type { CachedValue } from "./stored-value.ts";
import { writeOf } from "./write-of.ts";

/** Stores the values of an entry that only memory has, but those that are invalidated or replaced while they are computed. */
export async function keepInMemory<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  values: readonly { params: Params; value: Given<Value> }[],
): Promise<SetResult> {
  const kept = await Promise.all(values.map(({ params, value }) => keepOne(core, entry, params, value)));
  const written = kept.filter(Boolean).length;
  return { written, fenced: kept.length - written };
}

/** Resolves to whether memory has it. Whoever asks meanwhile waits for it. */
async function keepOne<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  params: Params,
  given: Given<Value>,
): Promise<boolean> {
  const entryKey = entry.keyOf(params);
  const key = core.keys.value(entry, params, entryKey);
  const coming = cachedValueOf(core, entry, given);
  const join = () => coming.then((served) => ({ served, source: "l1" as const, failure: undefined }));
  const flight: Flight = { key, tags: entry.sharedTags(params), join, state: "current" };
  const flights = [flight];
  core.flights.start(flights);
  const value = await coming.finally(() => core.flights.land(flights));
  if (flight.state !== "current") return false;
  core.memory.set(entry, params, entryKey, value, flight.tags);
  return true;
}

async function cachedValueOf<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  given: Given<Value>,
): Promise<CachedValue<Value>> {
  const value = checked(entry, typeof given === "function" ? await (given as Compute<Value>)() : given);
  const text = JSON.stringify(value);
  const { cachedAt, expiresAt } = writeOf(core, entry, { key: "", fences: [], selfGuarded: false }, text);
  return { value, cachedAt, expiresAt, length: text.length };
}
