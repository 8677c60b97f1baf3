import { arrive } from "./arrive.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOf } from "./fences.ts";
import { type LoadOptions, loadMissing } from "./load-missing.ts";
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
  const asked = !entry.memoryOnly && core.isCurrent();
  const answered = asked && (await readRedis(core, entry, passages, patience));
  if (asked && !bypass) serveKept(core, entry, passages, answered);
  const missing = passages.filter(({ hasArrived }) => !hasArrived);
  if (missing.length > 0) await load(core, entry, missing, { bypass, answered, patience });
}

/** Notes at each passage what Redis has; resolves to whether it said so in time. */
function readRedis<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  patience: Patience,
): Promise<boolean> {
  const fences = new Fences(core.keys);
  const guards = passages.map(({ tags }) => fences.of(tags));
  const looked = fences.all;
  const keys = looked.map(({ key }) => key);
  for (const { key } of passages) keys.push(key);
  return tryRedis(core, entry.name, patience, () => core.l2.read(keys)).then((found) => {
    if (!found) return false;
    const { life } = core.l2;
    note(looked, found, life);
    for (let index = 0; index < passages.length; index++) {
      const stored = found[looked.length + index];
      if (!stored) continue;
      const passage = passages[index] as Passage<Params, Value>;
      const guarding = guards[index] as (typeof guards)[number];
      passage.kept = readStored(entry, stored, entry.placedByKey ? tokenOf(guarding, life.of(passage.key)) : tokenOf(guarding));
    }
    return true;
  });
}

/** Serves what is fresh in Redis, or, if that has not answered, in memory: while invalidations are not heard, that is asked only now. */
function serveKept<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  answered: boolean,
): void {
  const { events, memory } = core;
  if (answered) arrive(core, entry, passages);
  else {
    for (const passage of passages) {
      const value = memory.getValue<Value>(entry.name, passage.entryKey);
      if (value) passage.serve(value, "l1");
    }
  }
  const hits = passages.reduce((count, { hasArrived }) => (hasArrived ? count + 1 : count), 0);
  const misses = passages.length - hits;
  if (!answered && hits > 0) events.emit("hit", { entry: entry.name, tier: "l1", values: hits });
  if (misses > 0) events.emit("miss", { entry: entry.name, tier: "l2", values: misses });
}

/** Loads what is missing, each key once. */
async function load<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  missing: readonly Passage<Params, Value>[],
  options: LoadOptions,
): Promise<void> {
  const { bypass, answered, patience } = options;
  const byKey = new Map(missing.map((passage) => [passage.key, passage]));
  const distinct = [...byKey.values()];
  if (answered && !bypass) await loadOnce(core, entry, distinct, patience);
  else {
    if (answered) await takeTokens(core, entry, distinct, patience);
    await loadMissing(core, entry, distinct, options);
  }
  if (distinct.length < missing.length) for (const passage of missing) passage.endAs(byKey.get(passage.key) as Passage<Params, Value>);
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
