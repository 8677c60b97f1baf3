import type { EventEmitter } from "node:events";
import { type Arrival, readingOfArrival } from "./arrival.ts";
import { type CacheCore, type CacheOptions, createCacheCore } from "./cache-core.ts";
import type { CacheEvents } from "./cache-events.ts";
import { deleteMany } from "./delete-many.ts";
import { deletePattern } from "./delete-pattern.ts";
import { type Entry, type EntryFacts, namespaceTag } from "./entry.ts";
import type { ExistenceFilter } from "./existence-filter.ts";
import { exists } from "./exists.ts";
import { getMany } from "./get-many.ts";
import type { Given } from "./given.ts";
import { invalidate } from "./invalidate.ts";
import { createLocks, type Lock, type LockOptions } from "./lock.ts";
import { near } from "./near.ts";
import { passageOf } from "./passage.ts";
import { popular } from "./popular.ts";
import type { Reading } from "./reading.ts";
import { setMany } from "./set-many.ts";
import type { SetResult } from "./set-result.ts";
import { type SweepResult, sweep } from "./sweep.ts";
import { takeOff } from "./take-off.ts";
import { type CacheUsage, usageOf } from "./usage.ts";
import { warm } from "./warm.ts";
import type { WarmResult } from "./warm-result.ts";
import type { WarmOptions, WarmTarget } from "./warm-target.ts";
import { within } from "./within.ts";
import { wrap } from "./wrap.ts";

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
  /** Loads and stores those values of an entry that are not fresh, with one load. Throws if Redis does not take them. */
  warm<Params extends object>(
    entry: Entry<Params, unknown, Context>,
    params: readonly Params[],
    options?: Partial<WarmOptions<Context>>,
  ): Promise<WarmResult>;
  /** The same for values of many entries at once, with one load for each source. */
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
  /** Has Redis let go of what has expired, and deletes filters that none of these entries has; looks at every key. Throws if Redis is away. */
  sweep(entries: readonly Pick<Entry<never, unknown, never>, "name" | "existence">[]): Promise<SweepResult>;
  /** What the tiers hold, and how Redis is. */
  usage(): Promise<CacheUsage>;
  /** A function whose results are cached, as those of an entry that has these facts. It throws `LoadFailed`. */
  wrap<const Name extends string, Params extends object, Value, const Template extends string>(
    facts: EntryFacts<Name, Params, Value, Template>,
    fn: (params: Params, context: Context) => Value | null | Promise<Value | null>,
  ): (params: Params) => Promise<Value | null>;
}

/** How often this process tells Redis what was read, ms. */
const flushMs = 10_000;

/** A cache over a Redis connection. Disposing of it closes only what it opened. */
export function createCache<Context>(options: CacheOptions<Context>): Cache<Context> {
  const core = createCacheCore(options);
  const { keys, popularity } = core;
  const flush = () => Promise.allSettled([popularity.flush(), core.warmReads.flush()]);
  const flushing = setInterval(flush, flushMs).unref();

  return {
    events: core.events,
    get(entry, params, options) {
      try {
        const bypass = options?.bypass === true;
        // what memory has does not wait for what an asynchronous function is made of
        const here = bypass ? undefined : near(core, entry, params);
        const reading = here ?? takeOff(core, entry, [passageOf(keys, entry, params)], bypass).then(readingOfFirst);
        popularity.count(entry, params); // while Redis looks
        return reading;
      } catch (error) {
        return Promise.reject(error);
      }
    },
    getMany: (entry, sets) => getMany(core, entry, sets),
    set: async (entry, params, value) => (await setMany(core, entry, [{ params, value }])).written === 1,
    setMany: (entry, values) => setMany(core, entry, values),
    warm: createWarm(core),
    invalidate: (tags) => invalidate(core, tags),
    clear: (namespace) => invalidate(core, [namespaceTag(namespace)]),
    delete: (entry, params) => deleteMany(core, entry, [params]),
    deleteMany: (entry, sets) => deleteMany(core, entry, sets),
    deletePattern: (pattern) => deletePattern(core, pattern),
    exists: (entry, params) => exists(core, entry, params),
    popular: (entry, budget) => popular(core, entry, budget),
    warmReads: (mark) => core.warmReads.count(mark),
    filter: (entry) => filterOf(core, entry),
    sweep: (entries) => sweep(core, options.redis, entries),
    usage: () => usageOf(core, options.redis),
    wrap: (facts, fn) => wrap(core, facts, fn),
    lock: createLocks(options.redis, keys.lock),
    async [Symbol.asyncDispose]() {
      clearInterval(flushing);
      await within(core.readTimeoutMs, flush()).catch(() => {});
      core.l2.close();
      await core.bus[Symbol.asyncDispose]();
    },
  };
}

const readingOfFirst = <Value>([arrival]: readonly Arrival<Value>[]): Reading<Value> => readingOfArrival(arrival as Arrival<Value>);

/** `warm` for one entry or many. */
function createWarm<Context>(core: CacheCore<Context>): Cache<Context>["warm"] {
  return <Params extends object>(
    what: Entry<Params, unknown, Context> | readonly WarmTarget<Context>[],
    how: readonly Params[] | WarmOptions<Context>,
    options: Partial<WarmOptions<Context>> = {},
  ) => {
    if (!("keyOf" in what)) return warm(core, what, how as WarmOptions<Context>);
    const targets = (how as readonly Params[]).map((params) => ({ entry: what, params }));
    return warm(core, targets, { context: core.context(), ...options });
  };
}

function filterOf<Params extends object, Context>(core: CacheCore<Context>, entry: Entry<Params, unknown, Context>): ExistenceFilter {
  const filter = core.filterOf(entry);
  if (!filter) throw new Error(`${entry.name} has no existence filter`);
  return filter;
}
