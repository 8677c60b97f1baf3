import type { CacheCore } from "./cache-core.ts";
import type { Fence } from "./fence.ts";
import { Fences, Tokens } from "./fences.ts";
import { type LoadedTargets, loadTargets } from "./load-targets.ts";
import { Sent } from "./sent.ts";
import type { Write } from "./store-batch.ts";
import { targetsDue } from "./targets-due.ts";
import { ValueTexts } from "./value-texts.ts";
import { warmMemory } from "./warm-memory.ts";
import { beginResult, type Fail, type Warmed, type WarmResult } from "./warm-result.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";
import { writeOf } from "./write-of.ts";

/**
 * Loads and stores many values: one read of what may be there, one load for each source that the targets' entries have, one
 * write for each thousand values. Throws if Redis does not take them, or if a load is to be tried again.
 */
export async function warm<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  options: WarmOptions<Context>,
): Promise<WarmResult> {
  const { result, fail } = beginResult<Context>(targets.length);
  const inMemory = targets.filter(isMemoryOnly);
  const inRedis = inMemory.length > 0 ? targets.filter((target) => !isMemoryOnly(target)) : targets;
  const warmed = await Promise.allSettled([warmRedis(core, inRedis, options, fail), warmMemory(core, inMemory, options, fail)]);
  for (const outcome of warmed) {
    if (outcome.status === "rejected") throw outcome.reason;
    result.written += outcome.value.written;
    result.fenced += outcome.value.fenced;
    result.fresh += outcome.value.fresh;
  }
  return result;
}

/** Loads what is due from its sources, all at a time, and stores what they gave, even if one of them is to be tried again. */
async function warmRedis<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  options: WarmOptions<Context>,
  fail: Fail<Context>,
): Promise<Warmed> {
  let failed = 0;
  const countFailed: Fail<Context> = (target, error) => {
    failed += 1;
    fail(target, error);
  };
  const fences = new Fences(core.keys);
  const due = await targetsDue(core, fences, targets, options);
  const bySource = [...Map.groupBy(due, sourceOf)];
  const loads = await Promise.allSettled(bySource.map(([source, ofSource]) => loadTargets(core, source, ofSource, options)));
  const loaded = loads.flatMap((load) => (load.status === "fulfilled" ? load.value : []));
  const sent = new Sent();
  const writesFor = (some: readonly LoadedTargets<Context>[]) => writesOf(core, some, fences, options, countFailed, sent);
  const [selfGuarded, guarded] = [loaded.filter(hasSelfGuarded), loaded.filter((some) => !hasSelfGuarded(some))];
  let fenced = 0;
  if (selfGuarded.length > 0) fenced += await core.l2.write(writesFor(selfGuarded));
  if (guarded.length > 0) fenced += await core.l2.fill(due.length === targets.length ? fences.all : fencesOf(fences, due), writesFor(guarded));
  sent.tell(core.events);
  const keys = options.force || !core.isEmpty() ? fences.keysOf(due) : [];
  if (options.force) await core.bus.announce({ keys }); // others may hold what is still fresh in their memory
  core.drop({ keys });
  for (const load of loads) if (load.status === "rejected") throw load.reason;
  return { written: due.length - fenced - failed, fenced, fresh: targets.length - due.length };
}

const isMemoryOnly = <Context>({ entry }: WarmTarget<Context>) => entry.memoryOnly;
const sourceOf = <Context>({ entry }: WarmTarget<Context>) => entry.source;
const isPlacedByKey = <Context>({ entry }: WarmTarget<Context>) => entry.placedByKey;
/** Whether there are values whose readers do not compare all of their fences, so that Redis has to as it stores them. */
const hasSelfGuarded = <Context>({ targets }: LoadedTargets<Context>) => targets.some(isPlacedByKey);

function fencesOf<Context>(fences: Fences, targets: readonly WarmTarget<Context>[]): Fence[] {
  const found = new Set<Fence>();
  for (const { entry, params } of targets) {
    for (const fence of fences.of(entry.tags(params))) found.add(fence);
  }
  return [...found];
}

/** What stores the loaded values, made as it is sent; a value that can't be computed is reported to `fail`. */
function* writesOf<Context>(
  core: CacheCore<Context>,
  loaded: readonly LoadedTargets<Context>[],
  fences: Fences,
  { context, signal, mark }: WarmOptions<Context>,
  fail: Fail<Context>,
  sent: Sent,
): Generator<Write> {
  const texts = new ValueTexts();
  const tokens = new Tokens();
  for (const { targets, answers, error } of loaded) {
    let index = 0;
    for (const target of targets) {
      signal?.throwIfAborted();
      const answer = answers[index++];
      try {
        if (error !== undefined) throw error;
        const { entry, params } = target;
        const text = texts.of(entry, entry.compute(answer, params, context));
        sent.count(entry.name, text);
        const place = fences.placeOf(entry, params);
        yield writeOf(core, entry, place, text, mark, tokens.of(place));
      } catch (cause) {
        fail(target, cause);
      }
    }
  }
}
