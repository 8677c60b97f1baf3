import { arrived } from "./arrived.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOf } from "./fences.ts";
import { loadMissing } from "./load-missing.ts";
import { loadOnce } from "./load-once.ts";
import type { Passage } from "./passage.ts";
import { readStored } from "./stored-value.ts";
import { type Patience, tryRedis } from "./try-redis.ts";

/** Gives each passage its outcome: one read of Redis for all, then one load for those that it does not have. `bypass` leaves out what is cached. */
export async function readThrough<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  bypass: boolean,
): Promise<void> {
  const patience = { leftMs: core.readTimeoutMs };
  if (entry.memoryOnly || !core.isCurrent()) return loadMissing(core, entry, passages, { bypass, answered: false, patience });
  const answered = await readRedis(core, entry, passages, patience);
  if (!bypass) {
    for (const passage of passages) {
      const found = answered ? arrived(core, entry, passage) : fromMemory(core, entry, passage);
      if (!found) core.events.emit("miss", { entry: entry.name, tier: "l2" });
    }
  }
  const missing = passages.filter(({ hasArrived }) => !hasArrived);
  if (missing.length === 0) return;
  if (answered && !bypass) return loadOnce(core, entry, missing, patience);
  if (answered) await takeTokens(core, entry, missing, patience);
  await loadMissing(core, entry, missing, { bypass, answered, patience });
}

/** Notes at each passage what Redis has; resolves to whether it said so in time. */
async function readRedis<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  patience: Patience,
): Promise<boolean> {
  const fences = new Fences(core.keys);
  const guards = passages.map(({ tags }) => fences.of(tags));
  const looked = [...fences];
  const keys = looked.map(({ key }) => key);
  for (const { key } of passages) keys.push(key);
  const found = await tryRedis(core, entry.name, patience, () => core.l2.read(keys));
  if (!found) return false;
  const { life } = core.l2;
  note(looked, found, life);
  for (const [index, passage] of passages.entries()) {
    const stored = found[looked.length + index];
    const guarding = guards[index] as (typeof guards)[number];
    if (stored) passage.kept = readStored(entry, stored, entry.placedByKey ? tokenOf(guarding, life.of(passage.key)) : tokenOf(guarding));
  }
  return true;
}

/** Notes the fences that the passages are to be stored under; none if Redis does not tell in time. */
async function takeTokens<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  patience: Patience,
): Promise<void> {
  const fences = new Fences(core.keys);
  for (const passage of passages) passage.fences = fences.of(entry.tags(passage.params));
  await fences.take(core.l2, (fenceKeys) => tryRedis(core, entry.name, patience, () => core.l2.tokens(fenceKeys)));
}

/** Whether memory has it: while invalidations are not heard, it is asked only after Redis. */
function fromMemory<Params extends object, Value, Context>(
  { events, memory }: CacheCore<Context>,
  { name }: Entry<Params, Value, Context>,
  passage: Passage<Params, Value>,
): boolean {
  const value = memory.getValue<Value>(name, passage.entryKey);
  if (!value) return false;
  events.emit("hit", { entry: name, tier: "l1" });
  passage.serve(value, "l1");
  return true;
}
