import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

/** What this process knows of a value without asking anyone. Memory is not asked while changes are not heard of. */
export function near<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  params: Params,
): Promise<Reading<Value>> | undefined {
  const { name } = entry;
  if (mayAskMemory(core, entry)) {
    const reading = core.memory.get(entry, params);
    core.events.emit(reading ? "hit" : "miss", { entry: name, tier: "l1", values: 1 });
    if (reading) return reading as Promise<Reading<Value>>;
  }
  const nothing = entry.existence && absent(core, entry, params);
  return nothing && Promise.resolve(new Reading(nothing, "l1"));
}

/** The same of many values. */
export function nearMany<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  sets: readonly Params[],
): (CachedValue<Value> | undefined)[] {
  const { name } = entry;
  const asked = mayAskMemory(core, entry);
  let hits = 0;
  const found = sets.map((params) => {
    const value = asked ? core.memory.getValue<Params, Value>(entry, params) : undefined;
    if (value) hits += 1;
    return value;
  });
  const misses = found.length - hits;
  if (asked && hits > 0) core.events.emit("hit", { entry: name, tier: "l1", values: hits });
  if (asked && misses > 0) core.events.emit("miss", { entry: name, tier: "l1", values: misses });
  return entry.existence ? found.map((value, index) => value ?? absent(core, entry, sets[index] as Params)) : found;
}

const mayAskMemory = <Context>({ isCurrent, bus }: CacheCore<Context>, { memoryOnly }: { memoryOnly: boolean }) =>
  isCurrent() && (bus.listening || memoryOnly);

/** "There is no such thing", if the entry's filter knows that. */
function absent<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  params: Params,
): CachedValue<Value> | undefined {
  const { name, existence, emptyTtlMs } = entry;
  if (!existence || core.filterOf(entry)?.mayExist(existence.id(params))) return undefined;
  core.events.emit("absent", { entry: name });
  const now = core.clock();
  return { value: null, cachedAt: now, expiresAt: now + emptyTtlMs, length: 0 };
}
