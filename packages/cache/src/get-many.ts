import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Write } from "./redis-tier.ts";
import { readStored } from "./stored-value.ts";

interface Place<Params, Value> {
  readonly params: Params;
  readonly key: string;
  readonly fenceKeys: readonly string[];
  tokens: readonly string[];
  value: Value | null | undefined;
}

/** The values of many parameter sets, in order: memory, then one read of Redis, then one load for all that are missing. */
export async function getMany<Params extends object, Value, Context>(
  core: CacheCore,
  entry: Entry<Params, Value, Context>,
  sets: readonly Params[],
  context: Context,
): Promise<(Value | null)[]> {
  const places = sets.map((params): Place<Params, Value> => {
    const key = core.keys.value(entry, params);
    const kept = core.memory.get(key);
    return { params, key, fenceKeys: entry.tags(params).map(core.keys.fence), tokens: [], value: kept?.value as Value | null | undefined };
  });
  const reachable = await fillFromRedis(
    core,
    entry,
    places.filter(({ value }) => value === undefined),
  );
  const missing = places.filter(({ value }) => value === undefined);
  if (missing.length > 0) await fillFromSource(core, entry, missing, context, reachable);
  return places.map(({ value }) => value ?? null);
}

/** Resolves to whether Redis answered. */
async function fillFromRedis<Params extends object, Value>(
  core: CacheCore,
  entry: Entry<Params, Value, never>,
  places: Place<Params, Value>[],
): Promise<boolean> {
  const fenceKeys = [...new Set(places.flatMap((place) => place.fenceKeys))];
  try {
    const answer = await core.l2.read([...places.map(({ key }) => key), ...fenceKeys]);
    const tokenOf = new Map(fenceKeys.map((key, index) => [key, answer[places.length + index] ?? ""]));
    places.forEach((place, index) => {
      place.tokens = place.fenceKeys.map((key) => tokenOf.get(key) ?? "");
      const stored = answer[index];
      const kept = stored ? readStored(entry, stored, place.tokens.join(",")) : undefined;
      if (kept && kept.expiresAt > core.clock()) place.value = kept.value;
    });
    return true;
  } catch (error) {
    core.events.emit("failure", { entry: entry.name, tier: "l2", error: error as Error });
    return false;
  }
}

async function fillFromSource<Params extends object, Value, Context>(
  core: CacheCore,
  entry: Entry<Params, Value, Context>,
  places: Place<Params, Value>[],
  context: Context,
  reachable: boolean,
): Promise<void> {
  const began = core.clock();
  const answers = await entry.source.load(
    places.map(({ params }) => entry.request(params, context)),
    context,
  );
  core.events.emit("load", { entry: entry.name, values: places.length, ms: core.clock() - began });
  const writes = places.map((place, index): Write => {
    place.value = entry.compute(answers[index], place.params, context);
    return core.writeOf(entry, place, place.value, JSON.stringify(place.value));
  });
  if (!reachable || core.loadTookTooLong(began)) return;
  await core.l2.write(writes).catch((error: Error) => core.events.emit("failure", { entry: entry.name, tier: "l2", error }));
}
