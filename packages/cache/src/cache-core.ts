import type { EventEmitter } from "node:events";
import type { CacheEvents } from "./cache-events.ts";
import type { CacheKeys } from "./cache-keys.ts";
import type { Entry } from "./entry.ts";
import type { MemoryTier } from "./memory-tier.ts";
import type { RedisTier, Write } from "./redis-tier.ts";
import { storedHeader } from "./stored-value.ts";

/** Longest time that a load may take for its value to be stored, ms: after it, the fence of an invalidation may be gone. */
export const longestLoadMs = 600_000;

const jitterShare = 0.1;

interface Parts {
  keys: CacheKeys;
  memory: MemoryTier;
  l2: RedisTier;
  events: EventEmitter<CacheEvents>;
  clock: () => number;
  random: () => number;
}

/** What the operations of a cache share. */
export interface CacheCore extends Readonly<Parts> {
  loadTookTooLong(began: number): boolean;
  /** What stores a value that was loaded just now: fresh for the entry's ttl less up to 10 %, so that many don't end at once. */
  writeOf(
    entry: Pick<Entry, "fingerprint" | "ttlMs" | "emptyTtlMs" | "graceMs">,
    place: Pick<Write, "key" | "fenceKeys" | "tokens">,
    value: unknown,
    text: string,
  ): Write & { cachedAt: number; expiresAt: number };
}

export function createCacheCore(parts: Parts): CacheCore {
  const { clock, random } = parts;
  return {
    ...parts,
    loadTookTooLong: (began) => clock() - began > longestLoadMs,
    writeOf(entry, { key, fenceKeys, tokens }, value, text) {
      const ttlMs = value === null ? entry.emptyTtlMs : entry.ttlMs;
      const cachedAt = clock();
      const freshMs = Math.round(ttlMs * (1 - jitterShare * random()));
      const stored = storedHeader(entry, cachedAt, cachedAt + freshMs, tokens.join(",")) + text;
      return { key, fenceKeys, tokens, stored, keepMs: freshMs + entry.graceMs, cachedAt, expiresAt: cachedAt + freshMs };
    },
  };
}
