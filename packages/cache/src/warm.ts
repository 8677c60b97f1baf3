import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import type { Write } from "./redis-tier.ts";
import type { Source } from "./source.ts";
import { freshUntil } from "./stored-value.ts";

// biome-ignore lint/suspicious/noExplicitAny: entries of different parameters and values are warmed together
type AnyEntry<Context> = Entry<any, any, Context>;

/** A value to be warmed; `params` are as the entry's schema reads them. */
export interface WarmTarget<Context> {
  readonly entry: AnyEntry<Context>;
  readonly params: object;
}

export interface WarmOptions<Context> {
  readonly context: Context;
  /** Loads what is still fresh as well. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Whether a failed load is to be thrown, to be tried again later, instead of counted. Default: never. */
  readonly retryable?: (error: unknown) => boolean;
}

/** What became of the targets; each is counted once. `failures` are the first 100 of the failed. */
export interface WarmResult {
  targets: number;
  written: number;
  fresh: number;
  fenced: number;
  failed: number;
  failures: { entry: string; params: Record<string, unknown>; error: string }[];
}

/** A target on its way: where it is stored, and its fences' tokens as they were before the load. */
interface Item<Context> extends WarmTarget<Context> {
  readonly key: string;
  readonly fenceKeys: readonly string[];
  tokens: readonly string[];
}

const failuresListed = 100;

/**
 * Loads and stores many values: one read of what is there, one load for each source that the targets' entries have, one
 * write for each thousand values. Throws if Redis does not take them.
 */
export async function warm<Context>(core: CacheCore, targets: readonly WarmTarget<Context>[], options: WarmOptions<Context>): Promise<WarmResult> {
  const result: WarmResult = { targets: targets.length, written: 0, fresh: 0, fenced: 0, failed: 0, failures: [] };
  const began = core.clock();
  const stale = await pickStale(
    core,
    targets.map((target) => itemOf(core, target)),
    options.force ?? false,
  );
  result.fresh = targets.length - stale.length;
  for (const [source, items] of Map.groupBy(stale, ({ entry }) => entry.source)) {
    options.signal?.throwIfAborted();
    const writes = await loadWrites(core, source, items, options, result);
    const refused = core.loadTookTooLong(began) ? writes : await core.l2.write(writes);
    result.fenced += refused.length;
    result.written += writes.length - refused.length;
    for (const { key } of writes) core.memory.delete(key);
  }
  return result;
}

function itemOf<Context>(core: CacheCore, { entry, params }: WarmTarget<Context>): Item<Context> {
  return { entry, params, key: core.keys.value(entry, params), fenceKeys: entry.tags(params).map(core.keys.fence), tokens: [] };
}

/** Reads fences, and values unless `force`, and keeps those items that are not fresh, with their fences' tokens. */
async function pickStale<Context>({ l2, clock }: CacheCore, items: Item<Context>[], force: boolean): Promise<Item<Context>[]> {
  const fenceKeys = [...new Set(items.flatMap((item) => item.fenceKeys))];
  const [fences, values] = await Promise.all([l2.read(fenceKeys), force ? [] : l2.read(items.map(({ key }) => key))]);
  const tokenOf = new Map(fenceKeys.map((key, index) => [key, fences[index] ?? ""]));
  const now = clock();
  return items.filter((item, index) => {
    item.tokens = item.fenceKeys.map((key) => tokenOf.get(key) ?? "");
    const stored = values[index];
    return !stored || freshUntil(stored, item.tokens.join(",")) <= now;
  });
}

/** Loads items with one call of their source and makes their writes; what fails alone is counted in `result`. */
async function loadWrites<Context>(
  core: CacheCore,
  source: Source<unknown, unknown, Context>,
  items: readonly Item<Context>[],
  options: WarmOptions<Context>,
  result: WarmResult,
): Promise<Write[]> {
  const fail = (item: Item<Context>, error: unknown) => {
    result.failed += 1;
    if (result.failures.length >= failuresListed) return;
    result.failures.push({
      entry: item.entry.name,
      params: item.params as Record<string, unknown>,
      error: error instanceof Error ? error.message : String(error),
    });
  };
  const texts = new Map<unknown, string>();
  const writes: Write[] = [];
  for (const { item, data, error } of await loadEach(core, source, items, options)) {
    try {
      if (error) throw error;
      const value = item.entry.compute(data, item.params, options.context);
      let text = texts.get(value);
      if (text === undefined) texts.set(value, (text = JSON.stringify(value)));
      writes.push(core.writeOf(item.entry, item, value, text));
    } catch (cause) {
      fail(item, cause);
    }
  }
  return writes;
}

type Loaded<Context> = { item: Item<Context>; data?: unknown; error?: unknown };

/** One load for all items; if it fails for good, halves are loaded by themselves until those that fail stand alone. */
async function loadEach<Context>(
  core: CacheCore,
  source: Source<unknown, unknown, Context>,
  items: readonly Item<Context>[],
  options: WarmOptions<Context>,
): Promise<Loaded<Context>[]> {
  const began = core.clock();
  try {
    const answers = await source.load(
      items.map(({ entry, params }) => entry.request(params, options.context)),
      options.context,
    );
    core.events.emit("load", { entry: source.name, values: items.length, ms: core.clock() - began });
    return items.map((item, index) => ({ item, data: answers[index] }));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (options.retryable?.(error)) throw error;
    core.events.emit("failure", { entry: source.name, tier: "source", error: error as Error });
    const [only] = items;
    if (items.length === 1 && only) return [{ item: only, error }];
    const middle = Math.ceil(items.length / 2);
    return [...(await loadEach(core, source, items.slice(0, middle), options)), ...(await loadEach(core, source, items.slice(middle), options))];
  }
}
