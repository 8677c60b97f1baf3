import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOfPlace } from "./fences.ts";
import { freshUntil } from "./stored-value.ts";
import { tryRedis } from "./try-redis.ts";

/** Whether memory or Redis has a value that would be served; what Redis does not tell in time is not there. */
export async function exists<Params extends object, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, unknown, Context>,
  params: Params,
): Promise<boolean> {
  if ((core.bus.listening || entry.memoryOnly) && core.memory.getValue(entry, params)) return true;
  if (entry.memoryOnly) return false;
  const place = new Fences(core.keys).placeOf(entry, params);
  const keys = [...place.fences.map((fence) => fence.key), place.key];
  const found = await tryRedis(core, entry.name, { leftMs: core.readTimeoutMs }, () => core.l2.read(keys));
  if (!found) return false;
  note(place.fences, found, core.l2.life);
  return freshUntil(found.at(-1) ?? "", tokenOfPlace(place)) > core.clock();
}
