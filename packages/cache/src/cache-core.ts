import { EventEmitter } from "node:events";
import type { Cluster, Redis } from "ioredis";
import { Breaker, type BreakerOptions } from "./breaker.ts";
import { type Announcement, type Bus, joinBus } from "./bus.ts";
import type { CacheEvents } from "./cache-events.ts";
import { type CacheKeys, createCacheKeys } from "./cache-keys.ts";
import { ClusterLife } from "./cluster-life.ts";
import type { Entry } from "./entry.ts";
import { ExistenceFilter } from "./existence-filter.ts";
import { Flights } from "./flights.ts";
import { compileGlob } from "./glob.ts";
import { Leases } from "./leases.ts";
import { type MemoryLimits, MemoryTier } from "./memory-tier.ts";
import { Popularity } from "./popularity.ts";
import { RedisTier } from "./redis-tier.ts";
import { ServerLife } from "./server-life.ts";
import { WarmReads } from "./warm-reads.ts";
import { within } from "./within.ts";

export interface CacheOptions<Context> {
  /** For commands, to one server, to what a Sentinel names or to a Cluster; should fail at once instead of queueing when it is not connected. A second connection is made like it. */
  redis: Redis | Cluster;
  /** What a loader gets for a read. */
  context: () => Context;
  /** First part of every key; default `caretaker`. */
  prefix?: string;
  /** Second part of every key; a new one leaves the old values behind. Default `1`. */
  version?: string;
  /** Default 10,000 entries and 64 MiB. */
  memory?: Partial<MemoryLimits>;
  /** How long the values of an entry are fresh that does not say so itself; default 300,000 ms. */
  defaultTtlMs?: number;
  /** How long a read waits for Redis, all in all; default 50 ms. */
  readTimeoutMs?: number;
  /** When reads stop asking Redis, and for how long; default 3 failures in a row and 1,000 ms. */
  breaker?: Partial<BreakerOptions>;
  /** How long a read waits for a value that another process is loading before it loads it too; default 5,000 ms. */
  loadWaitMs?: number;
  /** Longest that Redis serves a value, whatever its entry says; default 24 h. */
  longestTtlMs?: number;
  /** Whether changes to the sources have been announced so far; while they have not, reads go to the source. Default: always. */
  isCurrent?: () => boolean;
  clock?: () => number;
  random?: () => number;
}

/** What the operations of a cache share. */
export interface CacheCore<Context> {
  readonly keys: CacheKeys;
  readonly memory: MemoryTier;
  readonly l2: RedisTier;
  readonly leases: Leases;
  readonly bus: Bus;
  readonly flights: Flights;
  readonly breaker: Breaker;
  readonly popularity: Popularity;
  readonly warmReads: WarmReads;
  /** The existence filter of an entry that has one. */
  filterOf(entry: Pick<Entry<never, unknown, never>, "name" | "existence">): ExistenceFilter | undefined;
  readonly events: EventEmitter<CacheEvents>;
  readonly context: () => Context;
  readonly defaultTtlMs: number;
  readonly readTimeoutMs: number;
  readonly loadWaitMs: number;
  readonly isCurrent: () => boolean;
  readonly clock: () => number;
  readonly random: () => number;
  /** Whether this process has nothing to forget. */
  readonly isEmpty: () => boolean;
  /** Makes this process forget what it has, and is about to have, of these tags and keys. */
  drop(what: Announcement): void;
}

/** The parts of a cache, put together. */
export function createCacheCore<Context>(options: CacheOptions<Context>): CacheCore<Context> {
  const {
    redis: connection,
    context,
    prefix = "caretaker",
    version = "1",
    defaultTtlMs = 300_000,
    readTimeoutMs = 50,
    loadWaitMs = 5_000,
    longestTtlMs = 86_400_000,
    isCurrent = () => true,
    clock = Date.now,
    random = Math.random,
  } = options;
  const redis = connection as Redis; // a Cluster takes the same commands
  const events = new EventEmitter<CacheEvents>();
  const keys = createCacheKeys(prefix, version);
  const memory = new MemoryTier({ maxEntries: 10_000, maxBytes: 64 * 1024 ** 2, ...options.memory }, clock);
  const life = connection.isCluster ? new ClusterLife(connection as Cluster) : new ServerLife(redis);
  const l2 = new RedisTier(redis, life, longestTtlMs);
  const leases = new Leases(redis, life, longestTtlMs);
  const flights = new Flights();
  const isEmpty = () => memory.isEmpty && flights.isEmpty;
  const drop: CacheCore<Context>["drop"] = ({ tags = [], keys: ended = [], patterns = [] }) => {
    if (!memory.isEmpty) {
      memory.dropTags(tags);
      memory.delete(tags); // a value's own key is a tag of it
      memory.delete(ended.map(keys.entryKey));
    }
    flights.end({ tags, keys: [...ended, ...tags.map(keys.ownValue)] });
    for (const matches of patterns.map(compileGlob)) {
      memory.delete([...memory.keys()].filter(matches));
      flights.end({ keys: [...flights.keys()].filter((key) => matches(keys.entryKey(key))) });
    }
  };
  const filters = new Map<string, ExistenceFilter>();
  const filterOf: CacheCore<Context>["filterOf"] = ({ name, existence }) => {
    if (!existence) return undefined;
    const filter = filters.get(name) ?? new ExistenceFilter(redis, bus, name, keys.filter(name), existence);
    filters.set(name, filter);
    return filter;
  };
  const bus = joinBus(redis, keys.channel, {
    onAnnouncement(announcement) {
      drop(announcement);
      const { added } = announcement;
      if (added) filters.get(added.filter)?.heard(added.ids);
    },
    onGap() {
      memory.clear();
      for (const filter of filters.values()) filter.missed();
      flights.endAll();
    },
    onListening: (listening) => void events.emit("bus", { listening }),
  });
  const breaker = new Breaker(
    { failures: 3, pauseMs: 1_000, ...options.breaker },
    () => within(readTimeoutMs, Promise.all([redis.ping(), bus.caughtUp()])),
    (open) => void events.emit("breaker", { open }),
  );
  const popularity = new Popularity(redis, keys, clock, random);
  const warmReads = new WarmReads(redis, keys, 2 * longestTtlMs);
  const shared = { keys, memory, l2, leases, bus, flights, breaker, popularity, warmReads, events };
  return { ...shared, context, defaultTtlMs, readTimeoutMs, loadWaitMs, isCurrent, clock, random, isEmpty, drop, filterOf };
}
