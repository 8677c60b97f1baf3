import { LRUCache } from "lru-cache";
import type { Entry } from "./entry.ts";
import { Reading } from "./reading.ts";
import type { CachedValue } from "./stored-value.ts";

export interface MemoryLimits {
  maxEntries: number;
  maxBytes: number;
}

/** What memory has to know of the entry of a value. */
type Kind<Params extends object> = Pick<Entry<Params, unknown, never>, "name" | "names" | "keyOf" | "hashOf" | "memoryTtlMs" | "graceMs">;

interface Kept {
  /** Made when it is first asked for, and then what each reader waits for. */
  reading: Promise<Reading> | undefined;
  readonly value: CachedValue;
  readonly entry: Kind<never>;
  /** Of its parameters, and these, in the order of their names. */
  readonly hash: number;
  readonly params: readonly unknown[];
  readonly key: string;
  readonly bytes: number;
  readonly tags: readonly string[];
  readonly freshUntil: number;
  readonly dropAt: number;
}

/** What a value costs besides its text and its key, in bytes, and what each of its tags does. */
const overhead = 450;
const tagOverhead = 300;

/**
 * L1: values in this process's memory, bounded by number and bytes, and dropped by tag. They are found by what their entries
 * call their keys; since to write and to hash that costs more than all the rest of a read, a hash of their parameters comes first.
 */
export class MemoryTier {
  readonly #kept: LRUCache<string, Kept>;
  readonly #ofHash = new Map<number, Kept>();
  readonly #keysOfTag = new Map<string, Set<string>>();
  readonly #clock: () => number;

  constructor({ maxEntries, maxBytes }: MemoryLimits, clock: () => number) {
    this.#clock = clock;
    this.#kept = new LRUCache({ max: maxEntries, maxSize: maxBytes, dispose: (kept) => this.#forget(kept) });
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  get<Params extends object>(entry: Kind<Params>, params: Params): Promise<Reading> | undefined {
    const kept = this.#fresh(entry, params);
    if (kept) kept.reading ??= Promise.resolve(new Reading(kept.value, "l1"));
    return kept?.reading;
  }

  /** The same without the reading that `get` makes of it. */
  getValue<Params extends object, Value>(entry: Kind<Params>, params: Params): CachedValue<Value> | undefined {
    return this.#fresh(entry, params)?.value as CachedValue<Value> | undefined;
  }

  /** What may stand in for a failed load; never kept longer than what is fresh, for an invalidation may not have been heard. */
  getStale<Params extends object, Value>(entry: Kind<Params>, params: Params): CachedValue<Value> | undefined {
    const kept = this.#find(entry, params);
    return kept && kept.dropAt > this.#clock() ? (kept.value as CachedValue<Value>) : undefined;
  }

  /** Keeps a value, which is fresh no longer than its entry's `memoryTtlMs`. */
  set<Params extends object>(entry: Kind<Params>, params: Params, key: string, value: CachedValue, tags: readonly string[]): void {
    const bytes = overhead + tags.length * tagOverhead + 2 * (key.length + value.length);
    if (bytes > this.#kept.maxSize) return void this.delete([key]);
    const until = this.#clock() + entry.memoryTtlMs;
    const freshUntil = Math.min(value.expiresAt, until);
    const dropAt = Math.min(value.expiresAt + entry.graceMs, until);
    const hash = entry.hashOf(params);
    const values = entry.names.map((name) => params[name as keyof Params]);
    const kept = { reading: undefined, value, entry, hash, params: values, key, bytes, tags, freshUntil, dropAt };
    this.#kept.set(key, kept, { size: bytes });
    if (hash >= 0) this.#ofHash.set(hash, kept);
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
      const { values, bytes: before } = held[entry.name] ?? { values: 0, bytes: 0 };
      held[entry.name] = { values: values + 1, bytes: before + bytes };
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

  #fresh<Params extends object>(entry: Kind<Params>, params: Params): Kept | undefined {
    const kept = this.isEmpty ? undefined : this.#find(entry, params);
    return kept && kept.freshUntil > this.#clock() ? kept : undefined;
  }

  #find<Params extends object>(entry: Kind<Params>, params: Params): Kept | undefined {
    const near = this.#ofHash.get(entry.hashOf(params));
    const isIt = near !== undefined && near.entry === entry && haveSame(entry.names, params, near.params);
    const kept = this.#kept.get(isIt ? near.key : entry.keyOf(params)); // what the hash has found is got as well: to be used keeps it from being dropped
    return kept?.entry.name === entry.name ? kept : undefined;
  }

  #forget(kept: Kept): void {
    const { key, tags, hash } = kept;
    if (this.#ofHash.get(hash) === kept) this.#ofHash.delete(hash);
    for (const tag of tags) {
      const keys = this.#keysOfTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOfTag.delete(tag);
    }
  }
}

function haveSame(names: readonly string[], params: object, values: readonly unknown[]): boolean {
  const own = params as Record<string, unknown>;
  for (let index = 0; index < names.length; index++) if (own[names[index] as string] !== values[index]) return false;
  return true;
}
