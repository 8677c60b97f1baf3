import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { type Reading, readingOf } from "./reading.ts";

/** What this process knows of a value without asking anyone. Memory is not asked while changes are not heard of. */
export function near<Params extends object, Value, Context>(
  { bus, memory, events, isCurrent, filterOf, clock }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  entryKey: string,
  params: Params,
): Reading<Value> | undefined {
  const { name, memoryOnly, existence } = entry;
  const asked = isCurrent() && (bus.listening || memoryOnly);
  const reading = asked ? memory.get(name, entryKey) : undefined;
  if (asked) events.emit(reading ? "hit" : "miss", { entry: name, tier: "l1" });
  if (reading || !existence || filterOf(entry)?.mayExist(existence.id(params))) return reading as Reading<Value> | undefined;
  events.emit("absent", { entry: name });
  const now = clock();
  return readingOf<Value>({ value: null, cachedAt: now, expiresAt: now + entry.emptyTtlMs, length: 0 }, "l1");
}
