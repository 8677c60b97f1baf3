import { LRUCache } from "lru-cache";
import { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

export interface MemoryLimits {
  maxEntries: number;
  maxBytes: number;
}

/** Of the entry of a value: how long that is kept in memory, ms. */
export interface MemoryTimes {
  name: string;
  memoryTtlMs: number;
  graceMs: number;
}

interface Kept {
  readonly value: CachedValue;
  /** Made when it is first asked for, and then what each reader waits for. */
  reading?: Promise<Reading>;
  readonly entry: string;
  readonly bytes: number;
  readonly tags: readonly string[];
  readonly freshUntil: number;
  readonly dropAt: number;
}

/** What an object costs besides its text, in bytes. */
const overhead = 200;

/** L1: values in this process's memory, bounded by number and bytes, found by what their entries call their keys, and dropped by tag. */
export class MemoryTier {
  readonly #kept: LRUCache<string, Kept>;
  readonly #keysOfTag = new Map<string, Set<string>>();
  readonly #clock: () => number;

  constructor({ maxEntries, maxBytes }: MemoryLimits, clock: () => number) {
    this.#clock = clock;
    this.#kept = new LRUCache({ max: maxEntries, maxSize: maxBytes, dispose: ({ tags }, key) => this.#forget(key, tags) });
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  get(entry: string, key: string): Promise<Reading> | undefined {
    const kept = this.#fresh(entry, key);
    if (kept) kept.reading ??= Promise.resolve(new Reading(kept.value, "l1"));
    return kept?.reading;
  }

  /** The same without the reading that `get` makes of it. */
  getValue<Value>(entry: string, key: string): CachedValue<Value> | undefined {
    return this.#fresh(entry, key)?.value as CachedValue<Value> | undefined;
  }

  /** What may stand in for a failed load; never kept longer than what is fresh, for an invalidation may not have been heard. */
  getStale<Value>(entry: string, key: string): CachedValue<Value> | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.entry === entry && kept.dropAt > this.#clock() ? (kept.value as CachedValue<Value>) : undefined;
  }

  /** Keeps a value, which is fresh no longer than `memoryTtlMs`. */
  set(key: string, value: CachedValue, tags: readonly string[], { name, memoryTtlMs, graceMs }: MemoryTimes): void {
    const bytes = overhead + 2 * (key.length + value.length);
    if (bytes > this.#kept.maxSize) return void this.delete([key]);
    const until = this.#clock() + memoryTtlMs;
    const freshUntil = Math.min(value.expiresAt, until);
    const dropAt = Math.min(value.expiresAt + graceMs, until);
    this.#kept.set(key, { value, entry: name, bytes, tags, freshUntil, dropAt }, { size: bytes });
    for (const tag of tags) {
      const keys = this.#keysOfTag.get(tag);
      if (keys) keys.add(key);
      else this.#keysOfTag.set(tag, new Set([key]));
    }
  }

  delete(keys: readonly string[]): void {
    if (!this.isEmpty) for (const key of keys) this.#kept.delete(key);
  }

  /** Drops what has one of the tags. */
  dropTags(tags: readonly string[]): void {
    for (const tag of tags) this.delete([...(this.#keysOfTag.get(tag) ?? [])]);
  }

  keys(): Iterable<string> {
    return this.#kept.keys();
  }

  clear(): void {
    this.#kept.clear();
  }

  /** What is kept of each entry. */
  byEntry(): Record<string, { values: number; bytes: number }> {
    const held: Record<string, { values: number; bytes: number }> = {};
    for (const { entry, bytes } of this.#kept.values()) {
      const { values, bytes: before } = held[entry] ?? { values: 0, bytes: 0 };
      held[entry] = { values: values + 1, bytes: before + bytes };
    }
    return held;
  }

  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** Tags that are remembered for the sake of what is kept. */
  get tags(): number {
    return this.#keysOfTag.size;
  }

  #fresh(entry: string, key: string): Kept | undefined {
    const kept = this.isEmpty ? undefined : this.#kept.get(key);
    return kept && kept.entry === entry && kept.freshUntil > this.#clock() ? kept : undefined;
  }

  #forget(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keysOfTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOfTag.delete(tag);
    }
  }
}
