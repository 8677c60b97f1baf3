import type { Arrival } from "./arrival.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Passage } from "./passage.ts";
import { readThrough } from "./read-through.ts";

/** Reads what memory could not answer, in order: the reads that are under way are joined, all others go through the tiers together. */
export async function takeOff<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  bypass: boolean,
): Promise<readonly Arrival<Value>[]> {
  const { flights } = core;
  const joins = !bypass && flights.any;
  const arrivals = joins ? passages.map((passage) => (flights.find(passage.key)?.join() as Promise<Arrival<Value>>) ?? passage) : passages;
  const own = joins ? passages.filter((passage, index) => arrivals[index] === passage) : passages;
  flights.start(own);
  try {
    if (own.length > 0) await readThrough(core, entry, own, bypass);
  } finally {
    flights.land(own);
    for (const passage of own) passage.land();
  }
  return own.length === passages.length ? passages : Promise.all(arrivals);
}
