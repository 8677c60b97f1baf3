import type { CachedValue } from "./stored-value.ts";

export type ReadingSource = "l1" | "l2" | "miss" | "stale" | "bypass";

/** A value and where it came from: memory, Redis, its source (`miss`), or what stood in for a failed load (`stale`). */
export class Reading<Value = unknown> {
  /** Shared with other readers: don't change it. */
  readonly value: Value | null;
  readonly source: ReadingSource;
  readonly #kept: CachedValue<Value>;

  constructor(kept: CachedValue<Value>, source: ReadingSource) {
    this.value = kept.value;
    this.source = source;
    this.#kept = kept;
  }

  get cachedAt(): Date {
    return new Date(this.#kept.cachedAt);
  }

  get expiresAt(): Date {
    return new Date(this.#kept.expiresAt);
  }

  /** The dates are no fields of their own: most readers don't ask for them. */
  toJSON(): object {
    const { value, source, cachedAt, expiresAt } = this;
    return { value, source, cachedAt, expiresAt };
  }
}
