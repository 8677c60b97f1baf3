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
    const places = ofEntry.map((target) => ({ ...target, key: core.keys.value(entry, target.params) }));
    const due = places.filter(({ key }) => force || !core.memory.get(key));
    warmed.fresh += places.length - due.length;
    const readings = await Promise.allSettled(takeOff(inContext, entry, due, true));
    for (const [index, reading] of readings.entries()) {
      const failure =
        reading.status === "rejected" ? reading.reason.cause : reading.value.source === "stale" ? new Error("its load failed") : undefined;
      if (!failure) warmed.written += 1;
      else if (retryable?.(failure)) throw failure;
      else fail(due[index] as WarmTarget<Context>, failure);
    }
  }
  return warmed;
}
