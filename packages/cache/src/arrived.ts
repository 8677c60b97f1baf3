import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Passage } from "./passage.ts";

/** Whether a passage has found a fresh value in Redis, which is served; memory has it then too, unless it was invalidated on the way. */
export function arrived<Params extends object, Value, Context>(
  { clock, events, memory, warmReads }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passage: Passage<Params, Value>,
): boolean {
  const { kept } = passage;
  if (!kept || kept.expiresAt <= clock()) return false;
  events.emit("hit", { entry: entry.name, tier: "l2", bytes: kept.length });
  if (kept.mark) warmReads.note(kept.mark, passage.key);
  if (passage.state === "current") memory.set(passage.entryKey, kept, passage.tags, entry);
  passage.serve(kept, "l2");
  return true;
}
