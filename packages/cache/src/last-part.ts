import type { Entry } from "./entry.ts";

/** In the last fifth of its ttl a value is about to expire. */
const lastShare = 0.2;

/** How long before its end a value is about to expire, ms. */
export const lastPartMs = ({ ownTtl, ttlMs }: Pick<Entry, "ownTtl" | "ttlMs">, defaultTtlMs: number): number =>
  lastShare * (ownTtl ? ttlMs : defaultTtlMs);
