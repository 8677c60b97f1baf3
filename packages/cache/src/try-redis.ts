import type { CacheCore } from "./cache-core.ts";
import { within } from "./within.ts";

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
  const began = performance.now();
  const spend = () => {
    patience.leftMs = Math.max(1, patience.leftMs - (performance.now() - began));
  };
  return within(patience.leftMs, ask()).then(
    (answer) => {
      spend();
      breaker.succeeded();
      return answer;
    },
    (error: Error) => {
      spend();
      if (error.name !== "ReplyError") breaker.failed();
      events.emit("failure", { entry, tier: "l2", error });
      return undefined;
    },
  );
}
