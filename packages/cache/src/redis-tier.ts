import { randomBytes } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import { atOnce, batchSize, fewAtOnce, inBatches } from "./in-batches.ts";
import { inSlots } from "./in-slots.ts";
import { Reads } from "./reads.ts";
import type { Life } from "./server-life.ts";
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
  readonly #cluster: Cluster | undefined;
  readonly #reads: Reads;
  readonly #fenceMs: number;
  /** Of the servers that `read` and `tokens` have last told about. */
  readonly life: Life;
  readonly #idleBatches: StoreBatch[] = [];

  /** A fence outlasts every value that was loaded under it, since none is served longer than `longestTtlMs`. */
  constructor(redis: Redis | Cluster, life: Life, longestTtlMs: number) {
    redis.defineCommand("caretakerTokens", { lua: raiseMissing });
    this.#redis = redis as Redis & Scripts;
    this.#cluster = redis.isCluster ? (redis as Cluster) : undefined;
    this.#reads = new Reads(redis as Redis);
    this.#fenceMs = 2 * longestTtlMs;
    this.life = life;
  }

  /** What is stored at keys, `null` where there is nothing. */
  read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length === 0) return Promise.resolve([]);
    if (this.#cluster) return inSlots(keys, String, (batch) => this.life.within(batch[0], () => this.#redis.mget(batch)));
    return this.life.within(keys[0], () => this.#reads.read(keys));
  }

  /** Tokens of fences, in order, to be taken before a load begins. */
  async tokens(fenceKeys: readonly string[]): Promise<string[]> {
    const token = randomBytes(9).toString("base64url");
    const raise = (batch: string[]) => this.#redis.caretakerTokens(batch.length, ...batch, token, String(this.#fenceMs));
    if (this.#cluster) return inSlots(fenceKeys, String, (batch) => this.life.within(batch[0], () => raise(batch)));
    return (await this.life.within(fenceKeys[0], () => inBatches(fenceKeys, raise))).flat();
  }

  /** Stores values; resolves to how many were not, because they were invalidated while they were loaded. */
  write(writes: Iterable<Write>): Promise<number> {
    return this.#write(writes, false);
  }

  /** Stores values that are right as of now: what is being loaded of them meanwhile is not stored. Each has its own fence only. */
  async replace(writes: Iterable<Write>): Promise<void> {
    await this.#write(writes, true);
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

  #write(writes: Iterable<Write>, anew: boolean): Promise<number> {
    return this.#cluster ? this.#writeInSlots([...writes], anew) : this.#writeInBatches(writes, anew);
  }

  /** Only a value's first fence is in its slot: the others are compared when it is read. */
  async #writeInSlots(writes: readonly Write[], anew: boolean): Promise<number> {
    const inSlot = writes.map((write) => ({ ...write, fences: write.fences.slice(0, 1) }));
    const refused = await inSlots(
      inSlot,
      ({ key }) => key,
      async (batch) => [await this.#writeInBatches(batch, anew)],
    );
    return sum(refused);
  }

  async #writeInBatches(writes: Iterable<Write>, anew: boolean): Promise<number> {
    return sum(await fewAtOnce(this.#batches(writes), (batch) => this.#store(batch, anew)));
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
  async #store(batch: StoreBatch, anew: boolean): Promise<number> {
    const refused = await this.#redis.sendCommand(batch.command(this.#fenceMs, anew));
    batch.clear();
    if (this.#idleBatches.length < atOnce) this.#idleBatches.push(batch);
    return refused as number;
  }
}

const sum = (counts: readonly (number | undefined)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0);
