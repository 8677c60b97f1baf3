import { arrive } from "./arrive.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences } from "./fences.ts";
import { type LoadOptions, loadMissing } from "./load-missing.ts";
import { loadOnce } from "./load-once.ts";
import type { Passage } from "./passage.ts";
import { readRedis } from "./read-redis.ts";
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
  const answered = asked && (await readRedis(core, entry, passages, patience)) === true;
  const served = asked && !bypass ? serveKept(core, entry, passages, answered) : 0;
  if (served === passages.length) return;
  const missing = passages.filter(({ hasArrived }) => !hasArrived);
  await load(core, entry, missing, { bypass, answered, patience });
}

/** Serves what is fresh in Redis, or, if that has not answered, in memory: while invalidations are not heard, that is asked only now. Returns how many it has served. */
function serveKept<Params extends object, Value, Context>(
  core: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
  answered: boolean,
): number {
  const served = (answered ? arrive : serveFromMemory)(core, entry, passages);
  const misses = passages.length - served;
  if (misses > 0) core.events.emit("miss", { entry: entry.name, tier: "l2", values: misses });
  return served;
}

function serveFromMemory<Params extends object, Value, Context>(
  { events, memory }: CacheCore<Context>,
  entry: Entry<Params, Value, Context>,
  passages: readonly Passage<Params, Value>[],
): number {
  let values = 0;
  for (const passage of passages) {
    const value = memory.getValue<Params, Value>(entry, passage.params);
    if (!value) continue;
    values += 1;
    passage.serve(value, "l1");
  }
  if (values > 0) events.emit("hit", { entry: entry.name, tier: "l1", values });
  return values;
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
