import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences } from "./fences.ts";
import type { Flight } from "./flights.ts";
import { LoadFailed } from "./load-failed.ts";
import type { Passage } from "./passage.ts";
import { readThrough } from "./read-through.ts";
import type { Reading } from "./reading.ts";

/** A parameter set that memory could not answer, and its key. */
export interface Wanted<Params> {
  readonly key: string;
  readonly params: Params;
}

/** Reads of many sets, in order: those that are under way are joined, all others go through the tiers together. */
export function takeOff<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  wanted: readonly Wanted<Params>[],
  bypass: boolean,
): Promise<Reading<Value>>[] {
  const passages: Passage<Params, Value>[] = [];
  const fences = new Fences(core.keys);
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();

  function board({ key, params }: Wanted<Params>): Promise<Reading<Value>> {
    const position = passages.length;
    const reading = arrived.then(() => readingOf(passages[position]));
    const flight: Flight<Value> = { key, tags: entry.tags(params), reading, state: "current" };
    core.flights.start(flight);
    passages.push({ key, params, flight, fences: fences.of(flight.tags) });
    return reading;
  }

  const readings = wanted.map((want) => {
    const underWay = bypass ? undefined : core.flights.find(want.key);
    return underWay ? (underWay.reading as Promise<Reading<Value>>) : board(want);
  });
  if (passages.length > 0) arrive(readThrough(core, entry, passages, { bypass, fences }));
  return readings;
}

function readingOf<Value>(passage: Passage<unknown, Value> | undefined): Reading<Value> {
  const outcome = passage?.outcome;
  if (!outcome || outcome instanceof LoadFailed) throw outcome ?? new Error("a read ended without an outcome");
  return outcome;
}
