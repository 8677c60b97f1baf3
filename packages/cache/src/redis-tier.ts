import type { Cluster, Redis } from "ioredis";
import { BulkSets } from "./bulk-sets.ts";
import type { Fence } from "./fence.ts";
import { mayFallSoon, newToken } from "./fence-token.ts";
import { batchSize, inBatches } from "./in-batches.ts";
import { inSlots } from "./in-slots.ts";
import { Reads } from "./reads.ts";
import type { Life } from "./server-life.ts";
import { StoreBatch, type Write } from "./store-batch.ts";
import { WriteBatches } from "./write-batches.ts";

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

/** KEYS: fences. ARGV: how long they stand, in ms. Those that would fall in half of that or less stand anew. */
const renewOld = `
local standMs = tonumber(ARGV[1])
for i = 1, #KEYS do
  if redis.call('PTTL', KEYS[i]) * 2 <= standMs then redis.call('PEXPIRE', KEYS[i], standMs) end
end`;

/** From so many values on, two round trips cost less than a script does. */
const many = 100;

const keyOf = ({ key }: Fence) => key;

interface Scripts {
  caretakerRenew(keys: number, ...args: string[]): Promise<null>;
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
  readonly #batches = new WriteBatches(() => new StoreBatch());
  readonly #bulk: BulkSets;

  /** A fence outlasts every value that was loaded under it, since none is served longer than `longestTtlMs`. */
  constructor(redis: Redis | Cluster, life: Life, longestTtlMs: number) {
    redis.defineCommand("caretakerTokens", { lua: raiseMissing });
    redis.defineCommand("caretakerRenew", { lua: renewOld });
    this.#redis = redis as Redis & Scripts;
    this.#cluster = redis.isCluster ? (redis as Cluster) : undefined;
    this.#reads = new Reads(redis as Redis);
    this.#bulk = new BulkSets(redis as Redis);
    this.#fenceMs = 2 * longestTtlMs;
    this.life = life;
  }

  /** What is stored at keys, `null` where there is nothing. */
  read(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length === 0) return Promise.resolve([]);
    if (this.#cluster) return inSlots(keys, String, (batch) => this.life.within(batch[0], () => this.#redis.mget(batch)));
    return this.life.within(keys[0], () => this.#reads.read(keys));
  }

  /** Tokens of fences, in order, to be taken before a load begins; a fence that has none is raised with `token`. */
  async tokens(fenceKeys: readonly string[], token = newToken(Date.now())): Promise<string[]> {
    const raise = (batch: string[]) => this.#redis.caretakerTokens(batch.length, ...batch, token, String(this.#fenceMs));
    if (this.#cluster) return inSlots(fenceKeys, String, (batch) => this.life.within(batch[0], () => raise(batch)));
    return (await this.life.within(fenceKeys[0], () => inBatches(fenceKeys, raise))).flat();
  }

  /** Stores values; resolves to how many were not, because they were invalidated while they were loaded. */
  write(writes: Iterable<Write>): Promise<number> {
    return this.#write(writes, false);
  }

  /**
   * The same for many values whose readers compare all of their `fences`: once these have been compared, plain SETs do, which
   * take Redis half as long. What is invalidated from then on is stored, but not served.
   */
  async fill(fences: readonly Fence[], writes: Iterable<Write>): Promise<number> {
    const store = this.#cluster ? undefined : await this.#bulk.open();
    if (!store) return this.write(writes);
    const fallen = await this.#fallen(fences);
    const split = { refused: 0 };
    await store(fallen.size === 0 ? writes : standing(writes, fallen, split));
    return split.refused;
  }

  /**
   * Stores values that are right as of now and have no fences but these, their own: since these fall first, what is being
   * loaded of them meanwhile is not stored. A few go by one script, many by plain SETs.
   */
  async replace(fences: readonly Fence[], writes: Iterable<Write>): Promise<void> {
    const store = this.#cluster || fences.length < many ? undefined : await this.#bulk.open();
    if (!store) return void (await this.#write(writes, true));
    await this.delete(fences.map(keyOf));
    await store(writes);
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

  close(): void {
    this.#bulk.close();
  }

  /** Those that are not what they were when they were noted. Of the others, those that would fall soon stand anew. */
  async #fallen(fences: readonly Fence[]): Promise<Set<Fence>> {
    const tokens = await this.read(fences.map(keyOf));
    const fallen = new Set<Fence>();
    const old: string[] = [];
    const now = Date.now();
    for (let index = 0; index < fences.length; index++) {
      const { key, token } = fences[index] as Fence;
      if (tokens[index] !== token) fallen.add(fences[index] as Fence);
      else if (mayFallSoon(token ?? "", this.#fenceMs, now)) old.push(key);
    }
    await inBatches(old, (batch) => this.#redis.caretakerRenew(batch.length, ...batch, String(this.#fenceMs)));
    return fallen;
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
    return sum(await this.#batches.send(writes, (batch) => this.#redis.sendCommand(batch.command(this.#fenceMs, anew)) as Promise<number>));
  }
}

/** The writes whose fences all stand; the others are counted. */
function* standing(writes: Iterable<Write>, fallen: ReadonlySet<Fence>, split: { refused: number }): Generator<Write> {
  for (const write of writes) {
    if (write.fences.some((fence) => fallen.has(fence))) split.refused += 1;
    else yield write;
  }
}

const sum = (counts: readonly (number | undefined)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0);
