import type { CacheCore } from "./cache-core.ts";
import { settleWithin } from "./within.ts";

/** How long one read may yet wait for Redis, over all that it asks. */
export interface Patience {
  leftMs: number;
}

/** What Redis answers; `undefined` if it fails, takes longer than the read may wait, or is not to be asked at present. */
export function tryRedis<T>(
  { events, breaker }: Pick<CacheCore<never>, "events" | "breaker">,
  entry: string,
  patience: Patience,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  if (!breaker.closed) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const done = (answer: T, leftMs: number) => {
      patience.leftMs = Math.max(1, leftMs);
      breaker.succeeded();
      resolve(answer);
    };
    const failed = (error: Error, leftMs: number) => {
      patience.leftMs = Math.max(1, leftMs);
      if (error.name !== "ReplyError") breaker.failed();
      events.emit("failure", { entry, tier: "l2", error });
      resolve(undefined);
    };
    settleWithin(patience.leftMs, ask(), done, failed);
  });
}
