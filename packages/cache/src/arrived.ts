import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Passage } from "./passage.ts";
import { type Reading, readingOf } from "./reading.ts";

/** What a passage has found in Redis, if that is fresh; memory has it then too, unless it was invalidated on the way. */
export function arrived<Params extends object, Value, Context>(
  { clock, events, memory, warmReads }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  { key, entryKey, kept, state, tags }: Passage<Params, Value>,
): Reading<Value> | undefined {
  if (!kept || kept.expiresAt <= clock()) return undefined;
  events.emit("hit", { entry: entry.name, tier: "l2", bytes: kept.length });
  if (kept.mark) warmReads.note(kept.mark, key);
  if (state === "current") memory.set(entryKey, kept, tags, entry);
  return readingOf(kept, "l2");
}
