import type { Arrival } from "./arrival.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Passage } from "./passage.ts";
import { readThrough } from "./read-through.ts";

/** A parameter set that memory could not answer, and what its entry calls its key. */
export interface Wanted<Params> {
  readonly entryKey: string;
  readonly params: Params;
}

/** Reads many sets, in order: those that are under way are joined, all others go through the tiers together. */
export async function takeOff<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  wanted: readonly Wanted<Params>[],
  bypass: boolean,
): Promise<Arrival<Value>[]> {
  const { flights, keys } = core;
  const passages: Passage<Params, Value>[] = [];
  const arrivals = wanted.map(({ entryKey, params }) => {
    const key = keys.value(entry, params, entryKey);
    const underWay = bypass ? undefined : flights.find(key);
    if (underWay) return underWay.join() as Promise<Arrival<Value>>;
    const passage = new Passage<Params, Value>(key, entryKey, params, entry.sharedTags(params), entry.placedByKey);
    flights.start(passage);
    passages.push(passage);
    return passage;
  });
  try {
    if (passages.length > 0) await readThrough(core, entry, passages, bypass);
  } finally {
    for (const passage of passages) {
      flights.land(passage);
      passage.land();
    }
  }
  return passages.length === wanted.length ? passages : Promise.all(arrivals);
}
