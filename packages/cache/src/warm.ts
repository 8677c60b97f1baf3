import type { CacheCore } from "./cache-core.ts";
import type { Fence } from "./fence.ts";
import { createTokens } from "./fences.ts";
import { itemsDue } from "./items-due.ts";
import { type LoadedItems, loadItems } from "./load-items.ts";
import type { Place } from "./place.ts";
import { Sent } from "./sent.ts";
import type { Source } from "./source.ts";
import type { Write } from "./store-batch.ts";
import { createValueTexts } from "./value-texts.ts";
import { warmMemory } from "./warm-memory.ts";
import { beginResult, type Fail, type Warmed, type WarmResult } from "./warm-result.ts";
import type { WarmItem, WarmOptions, WarmTarget } from "./warm-target.ts";
import { writeOf } from "./write-of.ts";

/**
 * Loads and stores many values: one read of what may be there, one load for each source that the targets' entries have, one
 * write for each thousand values. Throws if Redis does not take them.
 */
export async function warm<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  options: WarmOptions<Context>,
): Promise<WarmResult> {
  const { result, fail } = beginResult<Context>(targets.length);
  const inMemory = targets.filter(({ entry }) => entry.memoryOnly);
  const inRedis = inMemory.length > 0 ? targets.filter(({ entry }) => !entry.memoryOnly) : targets;
  const due = await itemsDue(core, inRedis, options);
  result.fresh = inRedis.length - due.length;
  const bySource = [...Map.groupBy(due, ({ entry }) => entry.source)];
  const stored = await Promise.allSettled([
    ...bySource.map(([source, items]) => loadAndStore(core, source, items, options, fail)),
    warmMemory(core, inMemory, options, fail),
  ]);
  for (const outcome of stored) {
    if (outcome.status === "rejected") throw outcome.reason;
    result.written += outcome.value.written;
    result.fenced += outcome.value.fenced;
    result.fresh += outcome.value.fresh;
  }
  return result;
}

/** Loads the items of one source and stores their values. */
async function loadAndStore<Context>(
  core: CacheCore<Context>,
  source: Source<unknown, unknown, Context>,
  items: readonly WarmItem<Context>[],
  options: WarmOptions<Context>,
  fail: Fail<Context>,
): Promise<Warmed> {
  let failed = 0;
  const countFailed: Fail<Context> = (item, error) => {
    failed += 1;
    fail(item, error);
  };
  const loaded = await loadItems(core, source, items, options);
  const sent = new Sent();
  const writes = writesOf(core, loaded, options, countFailed, sent);
  const fenced = await (items.some(({ selfGuarded }) => selfGuarded) ? core.l2.write(writes) : core.l2.fill(fencesOf(items), writes));
  sent.tell(core.events);
  const keys = items.map(({ key }) => key);
  if (options.force) await core.bus.announce({ keys }); // others may hold what is still fresh in their memory
  core.drop({ keys });
  return { written: items.length - fenced - failed, fenced, fresh: 0 };
}

/** Items that come one after the other often share their fences. */
function fencesOf(items: readonly Place[]): Fence[] {
  const fences = new Set<Fence>();
  let last: readonly Fence[] | undefined;
  for (const item of items) {
    if (item.fences === last) continue;
    last = item.fences;
    for (const fence of last) fences.add(fence);
  }
  return [...fences];
}

/** What stores the loaded values, made as it is sent; a value that can't be computed is reported to `fail`. */
function* writesOf<Context>(
  core: CacheCore<Context>,
  loaded: readonly LoadedItems<Context>[],
  { context, signal, mark }: WarmOptions<Context>,
  fail: Fail<Context>,
  sent: Sent,
): Generator<Write> {
  const textOf = createValueTexts();
  const tokenOf = createTokens();
  for (const { items, answers, error } of loaded) {
    let index = 0;
    for (const item of items) {
      signal?.throwIfAborted();
      const answer = answers[index++];
      try {
        if (error !== undefined) throw error;
        const text = textOf(item.entry, item.entry.compute(answer, item.params, context));
        sent.count(item.entry.name, text);
        yield writeOf(core, item.entry, item, text, mark, tokenOf(item));
      } catch (cause) {
        fail(item, cause);
      }
    }
  }
}
