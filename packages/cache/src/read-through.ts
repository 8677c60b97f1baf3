import type { CacheCore } from "./cache-core.ts";
import type { Entry } from "./entry.ts";
import { LoadFailed } from "./load-failed.ts";
import { type CachedValue, readStored } from "./stored-value.ts";
import { within } from "./within.ts";

/** A value and where it came from: memory, Redis, its source (`miss`), or what stood in for a failed load (`stale`). */
export interface Reading<Value> {
  readonly value: Value | null;
  readonly source: "l1" | "l2" | "miss" | "stale" | "bypass";
  readonly cachedAt: Date;
  readonly expiresAt: Date;
}

/** One read of one key on its way, shared by all who ask for it meanwhile. */
export interface Flight<Value = unknown> {
  readonly tags: readonly string[];
  /** Set by an invalidation: the value may be given to those who asked before it, but must not be kept. */
  invalidated: boolean;
  reading: Promise<Reading<Value>>;
}

export interface ReadOptions<Context> {
  context: Context;
  readTimeoutMs: number;
  /** Leaves out what is cached, and leaves the fresh value behind. */
  bypass: boolean;
}

export const readingOf = <Value>({ value, cachedAt, expiresAt }: CachedValue<Value>, source: Reading<Value>["source"]): Reading<Value> => ({
  value,
  source,
  cachedAt: new Date(cachedAt),
  expiresAt: new Date(expiresAt),
});

/** Reads a value from Redis, else from its source, and leaves it in both tiers unless it is invalidated meanwhile. */
export async function readThrough<Params extends object, Value, Context>(
  core: CacheCore,
  entry: Entry<Params, Value, Context>,
  params: Params,
  flight: Flight,
  { context, readTimeoutMs, bypass }: ReadOptions<Context>,
): Promise<Reading<Value>> {
  const key = core.keys.value(entry, params);
  const fenceKeys = flight.tags.map(core.keys.fence);
  const answer = await fromRedis(core, entry, [key, ...fenceKeys], readTimeoutMs);
  const tokens = answer?.slice(1).map((token) => token ?? "");
  const stored = answer?.[0];
  const kept = stored && tokens ? readStored(entry, stored, tokens.join(",")) : undefined;
  if (kept && !bypass && kept.expiresAt > core.clock()) {
    core.events.emit("hit", { entry: entry.name, tier: "l2" });
    keep(core, entry, key, kept, flight, stored?.length ?? 0);
    return readingOf(kept, "l2");
  }
  if (!bypass) core.events.emit("miss", { entry: entry.name, tier: "l2" });

  const began = core.clock();
  try {
    const value = await loadOne(core, entry, params, context);
    const text = JSON.stringify(value);
    const write = core.writeOf(entry, { key, fenceKeys, tokens: tokens ?? [] }, value, text);
    if (tokens && !core.loadTookTooLong(began)) await store(core, entry, write, readTimeoutMs);
    const loaded = { value, cachedAt: write.cachedAt, expiresAt: write.expiresAt };
    keep(core, entry, key, loaded, flight, text.length);
    return readingOf(loaded, bypass ? "bypass" : "miss");
  } catch (error) {
    if (!kept) throw new LoadFailed(entry.name, error);
    core.events.emit("stale", { entry: entry.name, tier: "l2" });
    return readingOf(kept, "stale");
  }
}

/** What Redis has at `keys`, or `undefined` if it does not say so in time. */
async function fromRedis({ l2, events }: CacheCore, { name }: { name: string }, keys: string[], timeoutMs: number) {
  try {
    return await within(timeoutMs, l2.read(keys));
  } catch (error) {
    events.emit("failure", { entry: name, tier: "l2", error: error as Error });
    return undefined;
  }
}

async function store(
  { l2, events }: CacheCore,
  { name }: { name: string },
  write: Parameters<CacheCore["l2"]["write"]>[0][number],
  timeoutMs: number,
) {
  try {
    await within(timeoutMs, l2.write([write]));
  } catch (error) {
    events.emit("failure", { entry: name, tier: "l2", error: error as Error });
  }
}

async function loadOne<Params extends object, Value, Context>(
  { events, clock }: CacheCore,
  entry: Entry<Params, Value, Context>,
  params: Params,
  context: Context,
) {
  const began = clock();
  try {
    const [data] = await entry.source.load([entry.request(params, context)], context);
    events.emit("load", { entry: entry.name, values: 1, ms: clock() - began });
    return entry.compute(data, params, context);
  } catch (error) {
    events.emit("failure", { entry: entry.name, tier: "source", error: error as Error });
    throw error;
  }
}

function keep<Value>(
  { memory }: CacheCore,
  entry: Pick<Entry, "memoryTtlMs">,
  key: string,
  value: CachedValue<Value>,
  flight: Flight,
  length: number,
): void {
  if (!flight.invalidated) memory.set(key, value, flight.tags, entry.memoryTtlMs, length);
}
