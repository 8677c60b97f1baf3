import type { CacheCore } from "./cache-core.ts";
import { takeOff } from "./take-off.ts";
import type { Fail, Warmed } from "./warm-result.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";

/** Loads the values of entries that only memory has, for this process. */
export async function warmMemory<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  { context, force, signal, retryable }: WarmOptions<Context>,
  fail: Fail<Context>,
): Promise<Warmed> {
  const inContext = { ...core, context: () => context };
  const warmed = { written: 0, fresh: 0, fenced: 0 };
  for (const [entry, ofEntry] of Map.groupBy(targets, (target) => target.entry)) {
    signal?.throwIfAborted();
    const places = ofEntry.map((target) => ({ ...target, entryKey: entry.keyOf(target.params) as string }));
    const due = places.filter(({ entryKey }) => force || !core.memory.get(entry.name, entryKey));
    warmed.fresh += places.length - due.length;
    for (const [index, arrival] of (await takeOff(inContext, entry, due, true)).entries()) {
      const failure = arrival.failure?.cause ?? (arrival.source === "stale" ? new Error("its load failed") : undefined);
      if (!failure) warmed.written += 1;
      else if (retryable?.(failure)) throw failure;
      else fail(due[index] as WarmTarget<Context>, failure);
    }
  }
  return warmed;
}
