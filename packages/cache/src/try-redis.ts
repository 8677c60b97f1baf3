import type { CacheCore } from "./cache-core.ts";
import { within } from "./within.ts";

/** What Redis answers; `undefined` if it fails or takes longer than a read may wait. */
export async function tryRedis<T>(
  { events, readTimeoutMs }: Pick<CacheCore<never>, "events" | "readTimeoutMs">,
  entry: string,
  answer: Promise<T>,
): Promise<T | undefined> {
  try {
    return await within(readTimeoutMs, answer);
  } catch (error) {
    events.emit("failure", { entry, tier: "l2", error: error as Error });
    return undefined;
  }
}
