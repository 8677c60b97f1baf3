import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Outcome } from "./outcome.ts";
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
): Promise<Outcome<Value>[]> {
  const { promise: landed, resolve: land } = Promise.withResolvers<void>();
  const passages: Passage<Params, Value>[] = [];
  const outcomes = wanted.map(({ entryKey, params }) => {
    const key = core.keys.value(entry, params, entryKey);
    const underWay = bypass ? undefined : core.flights.find(key);
    if (underWay) return underWay.join() as Promise<Outcome<Value>>;
    const passage = new Passage<Params, Value>({ key, entryKey, params, tags: entry.sharedTags(params), selfGuarded: entry.placedByKey }, landed);
    core.flights.start(passage);
    passages.push(passage);
    return passage;
  });
  if (passages.length > 0) await readThrough(core, entry, passages, bypass).finally(() => arrive(core, passages, land));
  if (passages.length === outcomes.length) return passages.map(({ outcome }) => outcome as Outcome<Value>);
  return Promise.all(outcomes.map((outcome) => (outcome instanceof Passage ? (outcome.outcome as Outcome<Value>) : outcome)));
}

function arrive<Context>({ flights }: CacheCore<Context>, passages: readonly Passage<unknown, unknown>[], land: () => void): void {
  for (const passage of passages) flights.land(passage);
  land();
}
