import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOfPlace } from "./fences.ts";
import { lastPartMs } from "./last-part.ts";
import { freshUntil } from "./stored-value.ts";

/** At most `budget` parameter sets whose values were asked for most and are about to expire or have, the most popular first. */
export async function popular<Params extends object, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  budget: number,
): Promise<Params[]> {
  const read = (await core.popularity.top(entry.name)).map((set) => entry.params.safeParse(set));
  const sets = read.flatMap((result) => (result.success ? result.data : []));
  const ends = entry.memoryOnly ? endsInMemory(core, entry, sets) : await endsInRedis(core, entry, sets);
  const soon = core.clock() + lastPartMs(entry, core.defaultTtlMs);
  return sets.filter((_params, index) => (ends[index] ?? 0) <= soon).slice(0, budget);
}

/** When the values of the sets stop being fresh; 0 where there is none. */
const endsInMemory = <Params extends object, Context>(
  { memory }: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  sets: readonly Params[],
) => sets.map((params) => memory.getValue(entry, params)?.expiresAt ?? 0);

async function endsInRedis<Params extends object, Context>(
  { keys, l2 }: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  sets: readonly Params[],
): Promise<number[]> {
  const fences = new Fences(keys);
  const places = sets.map((params) => fences.placeOf(entry, params));
  const found = await l2.read([...fences.all, ...places].map(({ key }) => key));
  note(fences.all, found, l2.life);
  return places.map((place, index) => freshUntil(found[fences.all.length + index] ?? "", tokenOfPlace(place)));
}
