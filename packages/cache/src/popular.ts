import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOfPlace } from "./fences.ts";
import { lastPartMs } from "./last-part.ts";
import { freshUntil } from "./stored-value.ts";

/** At most `budget` parameter sets whose values were asked for most and are about to expire or have, the most popular first. */
export async function popular<Params extends object, Context>(
  { keys, l2, popularity, clock, defaultTtlMs }: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  budget: number,
): Promise<Params[]> {
  const read = (await popularity.top(entry.name)).map((set) => entry.params.safeParse(set));
  const sets = read.flatMap((result) => (result.success ? result.data : []));
  const fences = new Fences(keys);
  const places = sets.map((params) => ({ params, ...fences.placeOf(entry, params) }));
  const guards = [...fences];
  const found = await l2.read([...guards, ...places].map(({ key }) => key));
  note(guards, found, l2.life);
  const soon = clock() + lastPartMs(entry, defaultTtlMs);
  return places
    .filter((place, index) => freshUntil(found[guards.length + index] ?? "", tokenOfPlace(place)) <= soon)
    .slice(0, budget)
    .map(({ params }) => params);
}
