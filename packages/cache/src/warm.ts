import { askSource } from "./ask-source.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { Fences, note, tokenOf } from "./fences.ts";
import type { Place } from "./place.ts";
import type { Source } from "./source.ts";
import type { Write } from "./store-batch.ts";
import { freshUntil } from "./stored-value.ts";
import { createValueTexts } from "./value-texts.ts";
import { writeOf } from "./write-of.ts";

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
  /** Names this warm-up, for `warmReads`: letters, digits, `-` and `_`. */
  readonly mark?: string;
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

/** A target and where it is stored. */
interface Item<Context> extends WarmTarget<Context>, Place {}

interface Loaded<Context> {
  readonly items: readonly Item<Context>[];
  readonly answers: readonly unknown[];
  /** Why there are no answers. */
  readonly error?: unknown;
}

type Fail<Context> = (item: Item<Context>, error: unknown) => void;

const failuresListed = 100;

/**
 * Loads and stores many values: one read of what is there, one load for each source that the targets' entries have, one
 * write for each thousand values. Throws if Redis does not take them.
 */
export async function warm<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  options: WarmOptions<Context>,
): Promise<WarmResult> {
  const result: WarmResult = { targets: targets.length, written: 0, fresh: 0, fenced: 0, failed: 0, failures: [] };
  const fail: Fail<Context> = ({ entry, params }, error) => {
    result.failed += 1;
    if (result.failures.length >= failuresListed) return;
    result.failures.push({ entry: entry.name, params: { ...params }, error: error instanceof Error ? error.message : String(error) });
  };
  const due = await itemsDue(core, targets, options);
  result.fresh = targets.length - due.length;
  const bySource = [...Map.groupBy(due, ({ entry }) => entry.source)];
  const stored = await Promise.allSettled(bySource.map(([source, items]) => loadAndStore(core, source, items, options, fail)));
  for (const outcome of stored) {
    if (outcome.status === "rejected") throw outcome.reason;
    result.written += outcome.value.written;
    result.fenced += outcome.value.fenced;
  }
  return result;
}

/** Loads the items of one source and stores their values. */
async function loadAndStore<Context>(
  core: CacheCore<Context>,
  source: Source<unknown, unknown, Context>,
  items: readonly Item<Context>[],
  options: WarmOptions<Context>,
  fail: Fail<Context>,
): Promise<{ written: number; fenced: number }> {
  let failed = 0;
  const countFailed: Fail<Context> = (item, error) => {
    failed += 1;
    fail(item, error);
  };
  const loaded = await load(core, source, items, options);
  const fenced = await core.l2.write(writesOf(core, loaded, options, countFailed));
  core.drop({ keys: items.map(({ key }) => key) });
  return { written: items.length - fenced - failed, fenced };
}

/** The targets that are not fresh, or all with `force`, with the tokens that their fences have before the load. */
async function itemsDue<Context>(core: CacheCore<Context>, targets: readonly WarmTarget<Context>[], { force, signal }: WarmOptions<Context>) {
  const { keys, l2, clock } = core;
  const fences = new Fences(keys);
  const items = targets.map(({ entry, params }): Item<Context> => {
    const tags = entry.tags(params);
    return { entry, params, key: keys.value(entry, params, tags), fences: fences.of(tags) };
  });
  const guards = [...fences];
  const asked = force ? guards : [...guards, ...items];
  const found = await l2.read(asked.map(({ key }) => key));
  signal?.throwIfAborted();
  note(guards, found, l2.life);
  await fences.take(l2, (fenceKeys) => l2.tokens(fenceKeys));
  const now = clock();
  return items.filter((item, index) => {
    const stored = found[guards.length + index];
    return !stored || freshUntil(stored, tokenOf(item.fences)) <= now;
  });
}

/** One load for all items; if it fails for good, halves are loaded by themselves until those that fail stand alone. */
async function load<Context>(
  core: CacheCore<Context>,
  source: Source<unknown, unknown, Context>,
  items: readonly Item<Context>[],
  options: WarmOptions<Context>,
): Promise<Loaded<Context>[]> {
  options.signal?.throwIfAborted();
  try {
    const requests = items.map(({ entry, params }) => entry.request(params, options.context));
    return [{ items, answers: await askSource(core, source.name, source, requests, options.context) }];
  } catch (error) {
    options.signal?.throwIfAborted();
    if (options.retryable?.(error)) throw error;
    if (items.length === 1) return [{ items, answers: [], error }];
    const middle = Math.ceil(items.length / 2);
    return [...(await load(core, source, items.slice(0, middle), options)), ...(await load(core, source, items.slice(middle), options))];
  }
}

/** What stores the loaded values, made as it is sent; a value that can't be computed is reported to `fail`. */
function* writesOf<Context>(
  core: CacheCore<Context>,
  loaded: readonly Loaded<Context>[],
  { context, signal, mark }: WarmOptions<Context>,
  fail: Fail<Context>,
): Generator<Write> {
  const textOf = createValueTexts();
  for (const { items, answers, error } of loaded) {
    for (const [index, item] of items.entries()) {
      signal?.throwIfAborted();
      try {
        if (error !== undefined) throw error;
        yield writeOf(core, item.entry, item, textOf(item.entry, item.entry.compute(answers[index], item.params, context)), mark);
      } catch (cause) {
        fail(item, cause);
      }
    }
  }
}
