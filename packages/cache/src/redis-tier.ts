import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";

/** A value to be stored, if its tags' fences are still what they were before it was loaded. */
export interface Write {
  readonly key: string;
  readonly stored: string;
  readonly keepMs: number;
  readonly fenceKeys: readonly string[];
  /** Tokens of the fences, in the order of `fenceKeys`. */
  readonly tokens: readonly string[];
}

/** Keys or values that travel in one command. */
const atOnce = 1_000;

/**
 * Stores many values in one step. KEYS: fences, then values. ARGV: number of fences, their expected tokens, and for each
 * value its text, its time to live in ms and the positions of its fences. Answers with the positions of the values that
 * were not stored, because one of their fences has changed.
 */
const storeUnlessFenced = `
local fences = tonumber(ARGV[1])
local changed, any = {}, false
if fences > 0 then
  local now = redis.call('MGET', unpack(KEYS, 1, fences))
  for i = 1, fences do
    if (now[i] or '') ~= ARGV[i + 1] then changed[tostring(i)] = true; any = true end
  end
end
local refused = {}
local at = fences + 2
for i = fences + 1, #KEYS do
  local fenced = false
  if any then
    for position in string.gmatch(ARGV[at + 2], '%d+') do fenced = fenced or changed[position] end
  end
  if fenced then refused[#refused + 1] = i - fences - 1
  else redis.call('SET', KEYS[i], ARGV[at], 'PX', ARGV[at + 1]) end
  at = at + 3
end
return refused`;

type Script = (keys: number, ...args: string[]) => Promise<number[]>;

/** L2: values and fences in Redis. Every operation fails at once if the connection is away. */
export class RedisTier {
  readonly #redis: Redis;
  readonly #fenceMs: number;
  readonly #store: Script;

  /** `fenceMs` is how long a fence stands: longer than any value that was loaded before it may be served. */
  constructor(redis: Redis, fenceMs: number) {
    this.#redis = redis;
    this.#fenceMs = fenceMs;
    redis.defineCommand("caretakerStore", { lua: storeUnlessFenced });
    this.#store = (redis as unknown as { caretakerStore: Script }).caretakerStore.bind(redis);
  }

  /** What is stored at keys, `null` where there is nothing. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length <= atOnce) return keys.length === 0 ? [] : this.#redis.mget(keys as string[]);
    const parts = await Promise.all(slices(keys, atOnce).map((part) => this.#redis.mget(part)));
    return parts.flat();
  }

  /** Stores values; resolves to those that were not, because they were invalidated while they were loaded. */
  async write(writes: readonly Write[]): Promise<Write[]> {
    const refused = await Promise.all(slices(writes, atOnce).map((part) => this.#writeAtOnce(part)));
    return refused.flat();
  }

  /** Makes every value with one of these fences unservable that was loaded before now. */
  async raiseFences(fenceKeys: readonly string[], channel: string, message: string): Promise<void> {
    const token = randomBytes(9).toString("base64url");
    for (const part of slices(fenceKeys, atOnce)) {
      const pipeline = this.#redis.pipeline();
      for (const key of part) pipeline.set(key, token, "PX", this.#fenceMs);
      throwFirst(await pipeline.exec());
    }
    await this.#redis.publish(channel, message);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const part of slices(keys, atOnce)) await this.#redis.unlink(...part);
  }

  async #writeAtOnce(writes: readonly Write[]): Promise<Write[]> {
    const positions = new Map<string, number>();
    const tokens: string[] = [];
    const values: string[] = [];
    for (const { stored, keepMs, fenceKeys, tokens: expected } of writes) {
      const fences = fenceKeys.map((key, index) => {
        const known = positions.get(key);
        if (known !== undefined) return known;
        positions.set(key, positions.size + 1);
        tokens.push(expected[index] ?? "");
        return positions.size;
      });
      values.push(stored, String(keepMs), fences.join(","));
    }
    const keys = [...positions.keys(), ...writes.map(({ key }) => key)];
    const refused = await this.#store(keys.length, ...keys, String(positions.size), ...tokens, ...values);
    return refused.flatMap((index) => writes[index] ?? []);
  }
}

function throwFirst(results: [Error | null, unknown][] | null): void {
  const failed = results?.find(([error]) => error);
  if (failed?.[0]) throw failed[0];
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
