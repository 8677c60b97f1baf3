import type { CacheCore } from "./cache-core.ts";
import { within } from "./within.ts";

/** How long one read may yet wait for Redis, over all that it asks. */
export interface Patience {
  leftMs: number;
}

/** What Redis answers; `undefined` if it fails, takes longer than the read may wait, or is not to be asked at present. */
export async function tryRedis<T>(
  { events, breaker }: Pick<CacheCore<never>, "events" | "breaker">,
  entry: string,
  patience: Patience,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  if (!breaker.closed) return undefined;
  const began = performance.now();
  try {
    const answer = await within(patience.leftMs, ask());
    breaker.succeeded();
    return answer;
  } catch (error) {
    if ((error as Error).name !== "ReplyError") breaker.failed();
    events.emit("failure", { entry, tier: "l2", error: error as Error });
    return undefined;
  } finally {
    patience.leftMs = Math.max(1, patience.leftMs - (performance.now() - began));
  }
}
