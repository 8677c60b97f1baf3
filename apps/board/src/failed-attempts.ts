import { LRUCache } from "lru-cache";

const addresses = 10_000;

export interface FailedAttempts {
  add(address: string): void;
  /** Seconds until this address may try again; 0 if it may do so now. */
  waitSeconds(address: string): number;
}

/** Counts failed attempts: `limit` of them from an address shut it out until `windowMs` after the first. */
export function createFailedAttempts({ limit, windowMs }: { limit: number; windowMs: number }, clock: () => number): FailedAttempts {
  const counts = new LRUCache<string, number>({ max: addresses, ttl: windowMs, noUpdateTTL: true, ttlResolution: 0, perf: { now: clock } });
  return {
    add: (address) => void counts.set(address, (counts.get(address) ?? 0) + 1),
    waitSeconds: (address) => ((counts.get(address) ?? 0) < limit ? 0 : Math.ceil(counts.getRemainingTTL(address) / 1_000)),
  };
}
