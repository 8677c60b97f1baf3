import type { EventEmitter } from "node:events";
import { type CacheOptions, createCacheCore } from "./cache-core.ts";
import type { CacheEvents } from "./cache-events.ts";
import { deletePattern } from "./delete-pattern.ts";
import { defineEntry, type Entry, type EntryFacts, namespaceTag } from "./entry.ts";
import type { ExistenceFilter } from "./existence-filter.ts";
import { exists } from "./exists.ts";
import { createLocks, type Lock, type LockOptions } from "./lock.ts";
import { popular } from "./popular.ts";
import { type Reading, readingOf } from "./reading.ts";
import { type Given, type SetResult, setMany } from "./set-many.ts";
import { takeOff } from "./take-off.ts";
import { type WarmOptions, type WarmResult, type WarmTarget, warm } from "./warm.ts";
import { within } from "./within.ts";

/** Values in two tiers, memory and Redis, over their sources. `params` are as the entry's schema reads them. */
export interface Cache<Context> extends AsyncDisposable {
  readonly events: EventEmitter<CacheEvents>;
  /** A value through the tiers. Throws `LoadFailed`. */
  get<Params extends object, Value>(entry: Entry<Params, Value, Context>, params: Params, options?: { bypass?: boolean }): Promise<Reading<Value>>;
  /** Many values of one entry, in order, with one round trip to Redis and one load. Throws `LoadFailed`. */
  getMany<Params extends object, Value>(entry: Entry<Params, Value, Context>, params: readonly Params[]): Promise<(Value | null)[]>;
  /** Stores a value, or what computes it; resolves to whether it was. Not if it is invalidated meanwhile, or Redis is away. */
  set<Params extends object, Value>(entry: Entry<Params, Value, Context>, params: Params, value: Given<Value>): Promise<boolean>;
  /** Stores many values, or what computes them; none if Redis is away. */
  setMany<Params extends object, Value>(
    entry: Entry<Params, Value, Context>,
    values: readonly { params: Params; value: Given<Value> }[],
  ): Promise<SetResult>;
  /** Loads and stores values of many entries at once. Throws if Redis does not take them. */
  warm(targets: readonly WarmTarget<Context>[], options: WarmOptions<Context>): Promise<WarmResult>;
  /** Drops what has one of the tags, in every process; once it resolves, this one serves nothing that was loaded before. Throws if Redis is away. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Takes a lease on a name, which is renewed until it is disposed of. Throws `LockTimeout` if somebody else has it. */
  lock(name: string, options?: LockOptions): Promise<Lock>;
  /** Drops all values of the entries of a namespace, in every process, at the cost of one deletion. Throws if Redis is away. */
  clear(namespace: string): Promise<void>;
  /** Drops one value, in every process. Throws if Redis is away. */
  delete<Params extends object>(entry: Entry<Params, unknown, Context>, params: Params): Promise<void>;
  /** Drops many values, in every process. Throws if Redis is away. */
  deleteMany<Params extends object>(entry: Entry<Params, unknown, Context>, params: readonly Params[]): Promise<void>;
  /** Drops the values whose keys match, such as `user:7:*`, in every process; resolves to how many Redis had. Looks at every key. Throws if Redis is away. */
  deletePattern(pattern: string): Promise<number>;
  /** Whether a value would be served without its source. */
  exists<Params extends object>(entry: Entry<Params, unknown, Context>, params: Params): Promise<boolean>;
  /** At most `budget` parameter sets that were asked for most, in all processes, and whose values are about to expire or have. */
  popular<Params extends object>(entry: Entry<Params, unknown, Context>, budget: number): Promise<Params[]>;
  /** How many of the values that a warm-up with this mark wrote were read before they expired, give or take 1 %. */
  warmReads(mark: string): Promise<number>;
  /** What says which values of an entry can't exist. Throws if it has no `existence`. */
  filter<Params extends object>(entry: Entry<Params, unknown, Context>): Pick<ExistenceFilter, "add" | "build">;
  /** A function whose results are cached, as those of an entry that has these facts. It throws `LoadFailed`. */
  wrap<const Name extends string, Params extends object, Value, const Template extends string>(
    facts: EntryFacts<Name, Params, Value, Template>,
    fn: (params: Params, context: Context) => Value | null | Promise<Value | null>,
  ): (params: Params) => Promise<Value | null>;
}

/** How often this process tells Redis what was read. */
const flushMs = 10_000;

/** A cache over a Redis connection. Disposing of it closes only what it opened. */
export function createCache<Context>(options: CacheOptions<Context>): Cache<Context> {
  const core = createCacheCore(options);
  const { keys, memory, l2, bus, events, popularity } = core;
  const flush = () => Promise.allSettled([popularity.flush(), core.warmReads.flush()]);
  const flushing = setInterval(flush, flushMs).unref();

  /** What this process knows without asking anyone. */
  function near<Params extends object, Value>(entry: Entry<Params, Value, Context>, key: string, params: Params): Reading<Value> | undefined {
    const { name, memoryOnly, existence } = entry;
    const asked = bus.listening || memoryOnly;
    const reading = asked ? memory.get(key) : undefined;
    if (asked) events.emit(reading ? "hit" : "miss", { entry: name, tier: "l1" });
    if (reading || !existence || core.filterOf(entry)?.mayExist(existence.id(params))) return reading as Reading<Value> | undefined;
    events.emit("absent", { entry: name });
    const now = core.clock();
    return readingOf<Value>({ value: null, cachedAt: now, expiresAt: now + entry.emptyTtlMs, length: 0 }, "l1");
  }

  async function invalidate(tags: readonly string[]) {
    try {
      await l2.delete(tags.map(keys.fence));
      await bus.announce({ tags });
    } finally {
      core.drop({ tags });
    }
  }

  async function deleteMany<Params extends object>(entry: Entry<Params, unknown, Context>, sets: readonly Params[]) {
    const dropped = sets.map((params) => keys.value(entry, params));
    try {
      await l2.delete(dropped);
      await bus.announce({ keys: dropped });
    } finally {
      core.drop({ keys: dropped });
    }
  }

  const cache: Cache<Context> = {
    events,
    async get(entry, params, { bypass = false } = {}) {
      const key = keys.value(entry, params);
      popularity.count(entry.name, key, params);
      const reading = bypass ? undefined : near(entry, key, params);
      return reading ?? (takeOff(core, entry, [{ key, params }], bypass)[0] as Promise<Reading<never>>);
    },
    async getMany(entry, sets) {
      const asked = sets.map((params) => ({ key: keys.value(entry, params), params }));
      for (const { key, params } of asked) popularity.count(entry.name, key, params);
      const here = asked.map(({ key, params }) => near(entry, key, params));
      const away = takeOff(
        core,
        entry,
        asked.filter((_, index) => !here[index]),
        false,
      );
      const arrived = (await Promise.all(away)).values();
      return here.map((reading) => (reading ?? (arrived.next().value as Reading<never>)).value);
    },
    set: async (entry, params, value) => (await setMany(core, entry, [{ params, value }])).written === 1,
    setMany: (entry, values) => setMany(core, entry, values),
    warm: (targets, warmOptions) => warm(core, targets, warmOptions),
    invalidate,
    clear: (namespace) => invalidate([namespaceTag(namespace)]),
    delete: (entry, params) => deleteMany(entry, [params]),
    deleteMany,
    popular: (entry, budget) => popular(core, entry, budget),
    warmReads: (mark) => core.warmReads.count(mark),
    filter(entry) {
      const filter = core.filterOf(entry);
      if (!filter) throw new Error(`${entry.name} has no existence filter`);
      return filter;
    },
    deletePattern: (pattern) => deletePattern(core, pattern),
    exists: (entry, params) => exists(core, entry, params),
    wrap(facts, fn) {
      const loadMany = (sets: readonly Parameters<typeof fn>[0][], context: Context) => Promise.all(sets.map((params) => fn(params, context)));
      const entry = defineEntry({ ...facts, loadMany });
      return async (params) => (await cache.get(entry, params)).value;
    },
    lock: createLocks(options.redis, keys.lock),
    async [Symbol.asyncDispose]() {
      clearInterval(flushing);
      await within(core.readTimeoutMs, flush()).catch(() => {});
      await bus[Symbol.asyncDispose]();
    },
  };
  return cache;
}
