import { askSource } from "./ask-source.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Source } from "./source.ts";
import type { WarmItem, WarmOptions } from "./warm-target.ts";

export interface LoadedItems<Context> {
  readonly items: readonly WarmItem<Context>[];
  readonly answers: readonly unknown[];
  /** Why there are no answers. */
  readonly error?: unknown;
}

/** One load for all items; if it fails for good, halves are loaded by themselves until those that fail stand alone. */
export async function loadItems<Context>(
  core: CacheCore<Context>,
  source: Source<unknown, unknown, Context>,
  items: readonly WarmItem<Context>[],
  options: WarmOptions<Context>,
): Promise<LoadedItems<Context>[]> {
  options.signal?.throwIfAborted();
  try {
    const requests = items.map(({ entry, params }) => entry.request(params, options.context));
    return [{ items, answers: await askSource(core, source.name, source, requests, options.context) }];
  } catch (error) {
    options.signal?.throwIfAborted();
    if (options.retryable?.(error)) throw error;
    if (items.length === 1) return [{ items, answers: [], error }];
    const middle = Math.ceil(items.length / 2);
    const first = await loadItems(core, source, items.slice(0, middle), options);
    return [...first, ...(await loadItems(core, source, items.slice(middle), options))];
  }
}
