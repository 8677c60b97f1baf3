import type { CachedValue } from "./stored-value.ts";

/** A value and where it came from: memory, Redis, its source (`miss`), or what stood in for a failed load (`stale`). */
export interface Reading<Value = unknown> {
  /** Shared with other readers: don't change it. */
  readonly value: Value | null;
  readonly source: "l1" | "l2" | "miss" | "stale" | "bypass";
  readonly cachedAt: Date;
  readonly expiresAt: Date;
}

/** The reading that a cached value makes. */
export const readingOf = <Value>({ value, cachedAt, expiresAt }: CachedValue<Value>, source: Reading["source"]): Reading<Value> =>
  Object.freeze({ value, source, cachedAt: new Date(cachedAt), expiresAt: new Date(expiresAt) });
