import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Passage } from "./passage.ts";

/** Serves the passages that have found a fresh value in Redis; memory has it then too, unless it was invalidated on the way. Returns how many it has served. */
export function arrive<Params extends object, Value, Context>(
  { clock, events, memory, warmReads }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
): number {
  const now = clock();
  let [values, bytes] = [0, 0];
  for (const passage of passages) {
    const { kept } = passage;
    if (!kept || kept.expiresAt <= now) continue;
    values += 1;
    bytes += kept.length;
    if (kept.mark) warmReads.note(kept.mark, passage.key);
    kept.mark = undefined;
    if (passage.state === "current") memory.set(entry, passage.params, passage.entryKey, kept, passage.tags);
    passage.serve(kept, "l2");
  }
  if (values > 0) events.emit("hit", { entry: entry.name, tier: "l2", values, bytes });
  return values;
}
