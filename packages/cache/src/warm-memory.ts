import type { CacheCore } from "./cache-core.ts";
import { lastPartMs } from "./last-part.ts";
import { passageOf } from "./passage.ts";
import { takeOff } from "./take-off.ts";
import type { Fail, Warmed } from "./warm-result.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";

/** Loads the values of entries that only memory has, for this process. */
export async function warmMemory<Context>(
  core: CacheCore<Context>,
  targets: readonly WarmTarget<Context>[],
  { context, force, renew, signal, retryable }: WarmOptions<Context>,
  fail: Fail<Context>,
): Promise<Warmed> {
  const inContext = { ...core, context: () => context };
  const warmed = { written: 0, fresh: 0, fenced: 0 };
  for (const [entry, ofEntry] of Map.groupBy(targets, (target) => target.entry)) {
    signal?.throwIfAborted();
    const places = new Map(ofEntry.map((target) => [entry.keyOf(target.params) as string, target]));
    const until = core.clock() + (renew ? lastPartMs(entry, core.defaultTtlMs) : 0);
    const isDue = (params: object) => force || (core.memory.getValue(entry, params)?.expiresAt ?? 0) <= until;
    const due = [...places].filter(([, { params }]) => isDue(params));
    const passages = due.map(([entryKey, { params }]) => passageOf(core.keys, entry, params, entryKey));
    warmed.fresh += ofEntry.length - due.length; // one that is named twice is fresh the second time
    for (const [index, arrival] of (await takeOff(inContext, entry, passages, true)).entries()) {
      const failure = arrival.failure?.cause ?? (arrival.source === "stale" ? new Error("its load failed") : undefined);
      if (!failure) warmed[arrival.state === "current" ? "written" : "fenced"] += 1;
      else if (retryable?.(failure)) throw failure;
      else fail(due[index]?.[1] as WarmTarget<Context>, failure);
    }
  }
  return warmed;
}
