import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { listenToBus } from "./bus.ts";
import { createCacheCore, longestLoadMs } from "./cache-core.ts";
import type { CacheEvents } from "./cache-events.ts";
import { createCacheKeys } from "./cache-keys.ts";
import type { Entry } from "./entry.ts";
import { getMany } from "./get-many.ts";
import { type MemoryLimits, MemoryTier } from "./memory-tier.ts";
import { type Flight, type Reading, readingOf, readThrough } from "./read-through.ts";
import { RedisTier } from "./redis-tier.ts";
import { type WarmOptions, type WarmResult, type WarmTarget, warm } from "./warm.ts";

export interface CacheOptions<Context> {
  /** For commands; should fail at once instead of queueing when it is not connected. A second connection is made like it. */
  redis: Redis;
  /** What a loader gets for a read. */
  context: () => Context;
  /** First part of every key; default `caretaker`. */
  prefix?: string;
  /** Second part of every key; a new one leaves the old values behind. Default `1`. */
  version?: string;
  /** Default 10,000 entries and 64 MiB. */
  memory?: Partial<MemoryLimits>;
  /** How long a read waits for Redis; default 50 ms. */
  readTimeoutMs?: number;
  /** Longest ttl + grace of any entry, which an invalidation has to outlast; default 24 h. */
  longestTtlMs?: number;
  clock?: () => number;
  random?: () => number;
}

/** Values in two tiers, memory and Redis, over their sources. */
export interface Cache<Context> extends AsyncDisposable {
  readonly events: EventEmitter<CacheEvents>;
  /** A value through the tiers; `params` are as the entry's schema reads them. Throws `LoadFailed`. */
  get<Params extends object, Value>(entry: Entry<Params, Value, Context>, params: Params, options?: { bypass?: boolean }): Promise<Reading<Value>>;
  /** Many values of one entry, in order, with one round trip to Redis and one load. Throws what its source throws. */
  getMany<Params extends object, Value>(entry: Entry<Params, Value, Context>, params: readonly Params[]): Promise<(Value | null)[]>;
  /** Stores values that the caller has just computed. */
  setMany<Params extends object, Value>(
    entry: Entry<Params, Value, Context>,
    values: readonly { params: Params; value: Value | null }[],
  ): Promise<void>;
  /** Loads and stores values of many entries at once. */
  warm(targets: readonly WarmTarget<Context>[], options: WarmOptions<Context>): Promise<WarmResult>;
  /** Drops what has one of the tags, in every process; once it resolves, this one serves nothing that was loaded before. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Drops one value. */
  delete<Params extends object>(entry: Entry<Params, unknown, Context>, params: Params): Promise<void>;
}

/** A cache over a Redis connection. Disposing of it closes only what it opened. */
export function createCache<Context>(options: CacheOptions<Context>): Cache<Context> {
  const { redis, context, prefix = "caretaker", version = "1", readTimeoutMs = 50, clock = Date.now, random = Math.random } = options;
  const limits = { maxEntries: 10_000, maxBytes: 64 * 1024 ** 2, ...options.memory };
  const events = new EventEmitter<CacheEvents>();
  const keys = createCacheKeys(prefix, version);
  const memory = new MemoryTier(limits, clock);
  const l2 = new RedisTier(redis, (options.longestTtlMs ?? 86_400_000) + longestLoadMs);
  const core = createCacheCore({ keys, memory, l2, events, clock, random });
  const flights = new Map<string, Flight>();

  const dropTags = (tags: readonly string[]) => {
    memory.dropTags(tags);
    for (const [key, flight] of flights) if (flight.tags.some((tag) => tags.includes(tag))) endFlight(key, flight);
  };
  const endFlight = (key: string, flight: Flight) => {
    flight.invalidated = true;
    flights.delete(key);
  };
  const bus = listenToBus(redis, keys.channel, {
    onTags: dropTags,
    onGap() {
      memory.clear();
      for (const [key, flight] of flights) endFlight(key, flight);
    },
  });

  function takeOff<Params extends object, Value>(
    entry: Entry<Params, Value, Context>,
    params: Params,
    key: string,
    bypass: boolean,
  ): Promise<Reading<Value>> {
    const flight: Flight<Value> = { tags: entry.tags(params), invalidated: false, reading: undefined as never };
    flight.reading = readThrough(core, entry, params, flight, { context: context(), readTimeoutMs, bypass }).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    flights.set(key, flight);
    return flight.reading;
  }

  return {
    events,
    async get(entry, params, { bypass = false } = {}) {
      const key = keys.value(entry, params);
      if (bypass) return takeOff(entry, params, key, true);
      const kept = memory.get(key);
      if (kept) {
        events.emit("hit", { entry: entry.name, tier: "l1" });
        return readingOf(kept, "l1") as Reading<never>;
      }
      events.emit("miss", { entry: entry.name, tier: "l1" });
      return (flights.get(key)?.reading ?? takeOff(entry, params, key, false)) as Promise<Reading<never>>;
    },
    getMany: (entry, params) => getMany(core, entry, params, context()),
    async setMany(entry, values) {
      const places = values.map(({ params }) => ({ key: keys.value(entry, params), fenceKeys: entry.tags(params).map(keys.fence) }));
      const fenceKeys = [...new Set(places.flatMap((place) => place.fenceKeys))];
      const fences = await l2.read(fenceKeys);
      const tokenOf = new Map(fenceKeys.map((key, index) => [key, fences[index] ?? ""]));
      const writes = places.map((place, index) => {
        const value = values[index]?.value ?? null;
        return core.writeOf(entry, { ...place, tokens: place.fenceKeys.map((key) => tokenOf.get(key) ?? "") }, value, JSON.stringify(value));
      });
      await l2.write(writes);
      for (const { key } of writes) memory.delete(key);
    },
    warm: (targets, warmOptions) => warm(core, targets, warmOptions),
    async invalidate(tags) {
      dropTags(tags);
      await l2.raiseFences(tags.map(keys.fence), keys.channel, JSON.stringify(tags));
      dropTags(tags);
    },
    async delete(entry, params) {
      const key = keys.value(entry, params);
      await l2.delete([key]);
      memory.delete(key);
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
