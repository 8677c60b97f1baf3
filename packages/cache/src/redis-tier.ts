import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { atOnce, batchSize, fewAtOnce, inBatches } from "./in-batches.ts";
import { StoreBatch, type Write } from "./store-batch.ts";

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

interface Scripts {
  caretakerTokens(keys: number, ...args: string[]): Promise<string[]>;
}

/**
 * L2: values and fences in Redis. A fence holds a random token which the values of its tag have to carry; to invalidate is
 * to delete it. So a fence that is lost (expired, evicted, flushed) costs its tag's values and never brings old ones back.
 */
export class RedisTier {
  readonly #redis: Redis & Scripts;
  readonly #fenceMs: number;
  readonly #idleBatches: StoreBatch[] = [];

  /** A fence outlasts every value that was loaded under it, since none is served longer than `longestTtlMs`. */
  constructor(redis: Redis, longestTtlMs: number) {
    redis.defineCommand("caretakerTokens", { lua: raiseMissing });
    this.#redis = redis as Redis & Scripts;
    this.#fenceMs = 2 * longestTtlMs;
  }

  /** What is stored at keys, `null` where there is nothing. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length === 0) return [];
    if (keys.length <= batchSize) return this.#redis.mget(keys as string[]);
    return (await inBatches(keys, (batch) => this.#redis.mget(batch))).flat();
  }

  /** Tokens of fences, in order, to be taken before a load begins. */
  async tokens(fenceKeys: readonly string[]): Promise<string[]> {
    const token = randomBytes(9).toString("base64url");
    return (await inBatches(fenceKeys, (batch) => this.#redis.caretakerTokens(batch.length, ...batch, token, String(this.#fenceMs)))).flat();
  }

  /** Stores values; resolves to how many were not, because they were invalidated while they were loaded. */
  async write(writes: Iterable<Write>): Promise<number> {
    const refused = await fewAtOnce(this.#batches(writes), (batch) => this.#store(batch));
    return refused.reduce((sum, count) => sum + count, 0);
  }

  async delete(keys: readonly string[]): Promise<void> {
    await inBatches(keys, (batch) => this.#redis.unlink(...batch));
  }

  *#batches(writes: Iterable<Write>): Generator<StoreBatch> {
    let batch = this.#idleBatches.pop() ?? new StoreBatch();
    for (const write of writes) {
      batch.add(write);
      if (!batch.isFull) continue;
      yield batch;
      batch = this.#idleBatches.pop() ?? new StoreBatch();
    }
    if (!batch.isEmpty) yield batch;
    else this.#idleBatches.push(batch);
  }

  /** A batch is used again once Redis has answered, and so has read it; after a failure nobody knows. */
  async #store(batch: StoreBatch): Promise<number> {
    const refused = await this.#redis.sendCommand(batch.command(this.#fenceMs));
    batch.clear();
    if (this.#idleBatches.length < atOnce) this.#idleBatches.push(batch);
    return refused as number;
  }
}
