import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { type Fences, note, tokenOf } from "./fences.ts";
import { loadMissing } from "./load-missing.ts";
import type { Passage } from "./passage.ts";
import { type Reading, readingOf } from "./reading.ts";
import { readStored } from "./stored-value.ts";
import { tryRedis } from "./try-redis.ts";

export interface ReadOptions {
  /** Leaves out what is cached, and leaves the fresh value behind. */
  readonly bypass: boolean;
  /** Those of the passages. */
  readonly fences: Fences;
}

/** Gives each passage its outcome: one read of Redis for all, then one load for those that it does not have. */
export async function readThrough<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  { bypass, fences }: ReadOptions,
): Promise<void> {
  const answered = await readRedis(core, entry, passages, fences);
  if (!bypass) {
    for (const passage of passages) {
      const reading = answered ? fromRedis(core, entry, passage) : fromMemory(core, entry, passage);
      if (reading) passage.outcome = reading;
    }
  }
  const missing = passages.filter(({ outcome }) => !outcome);
  if (missing.length > 0) await loadMissing(core, entry, missing, { bypass, answered, fences });
}

/** Notes at each passage what Redis has; resolves to whether it said so in time. */
async function readRedis<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  fences: Fences,
): Promise<boolean> {
  const guards = [...fences];
  const keys = [...guards, ...passages].map(({ key }) => key);
  const found = await tryRedis(core, entry.name, core.l2.read(keys));
  if (!found) return false;
  note(guards, found, core.l2.life);
  for (const [index, passage] of passages.entries()) {
    const stored = found[guards.length + index];
    if (stored) passage.kept = readStored(entry, stored, tokenOf(passage.fences));
  }
  return true;
}

function fromRedis<Params extends object, Value, Context>(
  { clock, events, memory }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  { key, kept, flight }: Passage<Params, Value>,
): Reading<Value> | undefined {
  const fresh = kept && kept.expiresAt > clock() ? kept : undefined;
  events.emit(fresh ? "hit" : "miss", { entry: entry.name, tier: "l2" });
  if (!fresh) return undefined;
  if (flight.state === "current") memory.set(key, fresh, flight.tags, entry);
  return readingOf(fresh, "l2");
}

/** While invalidations are not heard, memory is asked only after Redis. */
function fromMemory<Params extends object, Value, Context>(
  { events, memory }: CacheCore<Context>,
  { name }: Entry<Params, Value, Context>,
  { key }: Passage<Params, Value>,
): Reading<Value> | undefined {
  const reading = memory.get(key) as Reading<Value> | undefined;
  if (reading) events.emit("hit", { entry: name, tier: "l1" });
  else events.emit("miss", { entry: name, tier: "l2" });
  return reading;
}
