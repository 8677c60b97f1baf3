import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { tokenOfPlace } from "./fences.ts";
import type { Place } from "./place.ts";
import type { Write } from "./store-batch.ts";
import { storedHeader } from "./stored-value.ts";

const jitterShare = 0.1;

type Times = Pick<CacheCore<never>, "clock" | "random" | "defaultTtlMs">;

/** Stores a value that was loaded just now: fresh for the entry's ttl less up to 10 %, so that many don't end at once. */
export function writeOf(
  { clock, random, defaultTtlMs }: Times,
  entry: Pick<Entry, "fingerprint" | "ttlMs" | "ownTtl" | "emptyTtlMs" | "graceMs">,
  { key, fences, selfGuarded }: Place,
  text: string,
  mark?: string,
  token = tokenOfPlace({ key, fences, selfGuarded }),
): Write & { cachedAt: number; expiresAt: number } {
  const ttlMs = text === "null" ? entry.emptyTtlMs : entry.ownTtl ? entry.ttlMs : defaultTtlMs;
  const freshMs = Math.ceil(ttlMs * (1 - jitterShare * random()));
  const cachedAt = clock();
  const header = storedHeader(entry, cachedAt, freshMs, token, mark);
  return { key, fences, selfGuarded, header, text, keepMs: freshMs + entry.graceMs, cachedAt, expiresAt: cachedAt + freshMs };
}
