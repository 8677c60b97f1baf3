import { randomBytes } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import type { Fence } from "./fences.ts";
import { batchSize, inBatches } from "./in-batches.ts";
import { inSlots } from "./in-slots.ts";
import type { Place } from "./place.ts";
import type { Life } from "./server-life.ts";

/** A value to be stored, if its tags' fences are still what they were before it was loaded. */
export interface Write extends Place {
  readonly stored: string;
  readonly keepMs: number;
}

/** KEYS: fences. ARGV: a new token, how long it stands in ms. Answers with their tokens; a fence without one gets the new one. */
const raiseMissing = `
local tokens = redis.call('MGET', unpack(KEYS))
for i = 1, #KEYS do
  if not tokens[i] then
    redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
    tokens[i] = ARGV[1]
  end
end
return tokens`;

/**
 * Stores many values in one step. KEYS: fences, then values. ARGV: number of fences, how long they stand in ms, their
 * expected tokens, and for each value its text, its time to live in ms and the positions of its fences. A fence that would
 * fall in half its time or less stands anew. Answers with how many were not stored, because one of their fences has changed.
 */
const storeUnlessFenced = `
local fences, standMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local changed, any = {}, false
local tokens = fences > 0 and redis.call('MGET', unpack(KEYS, 1, fences)) or {}
for i = 1, fences do
  if tokens[i] ~= ARGV[i + 2] then
    changed[tostring(i)] = true
    any = true
  elseif redis.call('PTTL', KEYS[i]) * 2 <= standMs then
    redis.call('PEXPIRE', KEYS[i], standMs)
  end
end
local refused = 0
local at = fences + 3
for i = fences + 1, #KEYS do
  local fenced = false
  if any then
    for position in string.gmatch(ARGV[at + 2], '%d+') do fenced = fenced or changed[position] end
  end
  if fenced then refused = refused + 1
  else redis.call('SET', KEYS[i], ARGV[at], 'PX', ARGV[at + 1]) end
  at = at + 3
end
return refused`;

interface Scripts {
  caretakerTokens(keys: number, ...args: string[]): Promise<string[]>;
  caretakerStore(keys: number, ...args: string[]): Promise<number>;
}

/**
 * L2: values and fences in Redis. A fence holds a random token which the values of its tag have to carry; to invalidate is
 * to delete it. So a fence that is lost (expired, evicted, flushed) costs its tag's values and never brings old ones back.
 */
export class RedisTier {
  readonly #redis: Redis & Scripts;
  readonly #cluster: Cluster | undefined;
  readonly #fenceMs: string;
  readonly #life: Life;

  /** A fence outlasts every value that was loaded under it, since none is served longer than `longestTtlMs`. */
  constructor(redis: Redis | Cluster, life: Life, longestTtlMs: number) {
    redis.defineCommand("caretakerTokens", { lua: raiseMissing });
    redis.defineCommand("caretakerStore", { lua: storeUnlessFenced });
    this.#redis = redis as Redis & Scripts;
    this.#cluster = redis.isCluster ? (redis as Cluster) : undefined;
    this.#fenceMs = String(2 * longestTtlMs);
    this.#life = life;
  }

  /** The life of the server that `read` and `tokens` have last told about. */
  get life(): string {
    return this.#life.id;
  }

  /** What is stored at keys, `null` where there is nothing. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length === 0) return [];
    if (this.#cluster) return inSlots(keys, String, (batch) => this.#redis.mget(batch));
    if (keys.length <= batchSize) return this.#life.within(() => this.#redis.mget(keys as string[]));
    return (await this.#life.within(() => inBatches(keys, (batch) => this.#redis.mget(batch)))).flat();
  }

  /** Tokens of fences, in order, to be taken before a load begins. */
  async tokens(fenceKeys: readonly string[]): Promise<string[]> {
    const token = randomBytes(9).toString("base64url");
    const raise = (batch: string[]) => this.#redis.caretakerTokens(batch.length, ...batch, token, this.#fenceMs);
    if (this.#cluster) return inSlots(fenceKeys, String, raise);
    return (await this.#life.within(() => inBatches(fenceKeys, raise))).flat();
  }

  /** Stores values; resolves to how many were not, because they were invalidated while they were loaded. */
  async write(writes: Iterable<Write>): Promise<number> {
    if (this.#cluster) return this.#writeInSlots([...writes]);
    const refused = await inBatches(writes, (batch) => this.#writeAtOnce(batch));
    return refused.reduce((sum, count) => sum + count, 0);
  }

  /** Resolves to how many there were. */
  async delete(keys: readonly string[]): Promise<number> {
    const unlink = async (batch: string[]) => [await this.#redis.unlink(...batch)];
    const deleted = this.#cluster ? await inSlots(keys, String, unlink) : (await inBatches(keys, unlink)).flat();
    return sum(deleted);
  }

  /** The keys that match, in pages. */
  async *scan(match: string): AsyncGenerator<string[]> {
    for (const node of this.#cluster?.nodes("master") ?? [this.#redis]) yield* node.scanStream({ match, count: batchSize });
  }

  /** Only a value's first fence is in its slot: the others are compared when it is read. */
  async #writeInSlots(writes: readonly Write[]): Promise<number> {
    const inSlot = writes.map((write) => ({ ...write, fences: write.fences.slice(0, 1) }));
    const refused = await inSlots(
      inSlot,
      ({ key }) => key,
      async (batch) => [await this.#writeAtOnce(batch)],
    );
    return sum(refused);
  }

  #writeAtOnce(writes: readonly Write[]): Promise<number> {
    const positions = new Map<Fence, number>();
    const positionOf = (fence: Fence) => {
      const position = positions.get(fence) ?? positions.size + 1;
      positions.set(fence, position);
      return position;
    };
    const values: string[] = [];
    for (const { stored, keepMs, fences } of writes) values.push(stored, String(keepMs), fences.map(positionOf).join(","));
    const fences = [...positions.keys()];
    const keys = [...fences, ...writes].map(({ key }) => key);
    const tokens = fences.map(({ token }) => token ?? "");
    return this.#redis.caretakerStore(keys.length, ...keys, String(fences.length), this.#fenceMs, ...tokens, ...values);
  }
}

const sum = (counts: readonly (number | undefined)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0);
