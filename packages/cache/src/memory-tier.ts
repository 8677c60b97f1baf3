import { LRUCache } from "lru-cache";
import type { CachedValue } from "./stored-value.ts";

export interface MemoryLimits {
  maxEntries: number;
  maxBytes: number;
}

interface Kept extends CachedValue {
  readonly tags: readonly string[];
  readonly dropAt: number;
}

/** What an object costs besides its text, in bytes. */
const overhead = 200;

/** L1: values in this process's memory, bounded by number and bytes, found by key and dropped by tag. */
export class MemoryTier {
  readonly #kept: LRUCache<string, Kept>;
  readonly #keysOfTag = new Map<string, Set<string>>();
  readonly #clock: () => number;

  constructor({ maxEntries, maxBytes }: MemoryLimits, clock: () => number) {
    this.#clock = clock;
    this.#kept = new LRUCache({ max: maxEntries, maxSize: maxBytes, dispose: ({ tags }, key) => this.#forget(key, tags) });
  }

  get(key: string): CachedValue | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (kept.dropAt > this.#clock()) return kept;
    this.#kept.delete(key);
    return undefined;
  }

  /** Keeps a value for `forMs`, but no longer than it is fresh; `length` is that of its text. */
  set(key: string, { value, cachedAt, expiresAt }: CachedValue, tags: readonly string[], forMs: number, length: number): void {
    const dropAt = Math.min(expiresAt, this.#clock() + forMs);
    this.#kept.set(key, { value, cachedAt, expiresAt, tags, dropAt }, { size: overhead + 2 * (key.length + length) });
    if (!this.#kept.has(key)) return;
    for (const tag of tags) {
      const keys = this.#keysOfTag.get(tag);
      if (keys) keys.add(key);
      else this.#keysOfTag.set(tag, new Set([key]));
    }
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  /** Drops what has one of the tags. */
  dropTags(tags: readonly string[]): void {
    for (const tag of tags) for (const key of [...(this.#keysOfTag.get(tag) ?? [])]) this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
    this.#keysOfTag.clear();
  }

  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  #forget(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keysOfTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOfTag.delete(tag);
    }
  }
}
