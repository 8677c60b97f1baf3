import { arrived } from "./arrived.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { type Fences, note, tokenOf } from "./fences.ts";
import { loadMissing } from "./load-missing.ts";
import { loadOnce } from "./load-once.ts";
import type { Passage } from "./passage.ts";
import type { Reading } from "./reading.ts";
import { readStored } from "./stored-value.ts";
import { type Patience, tryRedis } from "./try-redis.ts";

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
  const patience = { leftMs: core.readTimeoutMs };
  if (entry.memoryOnly || !core.isCurrent()) return loadMissing(core, entry, passages, { bypass, answered: false, patience });
  const answered = await readRedis(core, entry, passages, fences, patience);
  if (!bypass) {
    for (const passage of passages) {
      const reading = answered ? arrived(core, entry, passage) : fromMemory(core, entry, passage);
      if (reading) passage.outcome = reading;
      else core.events.emit("miss", { entry: entry.name, tier: "l2" });
    }
  }
  const missing = passages.filter(({ outcome }) => !outcome);
  if (missing.length === 0) return;
  if (answered && !bypass) return loadOnce(core, entry, missing, patience);
  if (answered) await fences.take(core.l2, (fenceKeys) => tryRedis(core, entry.name, patience, () => core.l2.tokens(fenceKeys)));
  await loadMissing(core, entry, missing, { bypass, answered, patience });
}

/** Notes at each passage what Redis has; resolves to whether it said so in time. */
async function readRedis<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  fences: Fences,
  patience: Patience,
): Promise<boolean> {
  const guards = [...fences];
  const keys = [...guards, ...passages].map(({ key }) => key);
  const found = await tryRedis(core, entry.name, patience, () => core.l2.read(keys));
  if (!found) return false;
  note(guards, found, core.l2.life);
  for (const [index, passage] of passages.entries()) {
    const stored = found[guards.length + index];
    if (stored) passage.kept = readStored(entry, stored, tokenOf(passage.fences));
  }
  return true;
}

/** While invalidations are not heard, memory is asked only after Redis. */
function fromMemory<Params extends object, Value, Context>(
  { events, memory }: CacheCore<Context>,
  { name }: Entry<Params, Value, Context>,
  { key }: Passage<Params, Value>,
): Reading<Value> | undefined {
  const reading = memory.get(key) as Reading<Value> | undefined;
  if (reading) events.emit("hit", { entry: name, tier: "l1" });
  return reading;
}
