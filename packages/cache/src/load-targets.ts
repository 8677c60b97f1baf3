import { askSource } from "./ask-source.ts";
import type { CacheCore } from "./cache-core.ts";
import type { Source } from "./source.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";

export interface LoadedTargets<Context> {
  readonly targets: readonly WarmTarget<Context>[];
  readonly answers: readonly unknown[];
  /** Why there are no answers. */
  readonly error?: unknown;
}

/** One load for all targets; if it fails for good, halves are loaded by themselves until those that fail stand alone. */
export async function loadTargets<Context>(
  core: CacheCore<Context>,
  source: Source<unknown, unknown, Context>,
  targets: readonly WarmTarget<Context>[],
  options: WarmOptions<Context>,
): Promise<LoadedTargets<Context>[]> {
  options.signal?.throwIfAborted();
  try {
    const requests: unknown[] = [];
    for (const { entry, params } of targets) requests.push(entry.request(params, options.context));
    return [{ targets, answers: await askSource(core, source.name, source, requests, options.context) }];
  } catch (error) {
    options.signal?.throwIfAborted();
    if (options.retryable?.(error)) throw error;
    if (targets.length === 1) return [{ targets, answers: [], error }];
    const middle = Math.ceil(targets.length / 2);
    const first = await loadTargets(core, source, targets.slice(0, middle), options);
    return [...first, ...(await loadTargets(core, source, targets.slice(middle), options))];
  }
}
