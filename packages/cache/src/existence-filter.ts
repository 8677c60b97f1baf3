import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { BloomFilter, bloomSize } from "./bloom-filter.ts";
import type { Bus } from "./bus.ts";
import { inBatches } from "./in-batches.ts";

/** How an entry knows which of its values can't exist. */
export interface ExistenceFacts<Params> {
  /** Names the thing that exists or not. */
  id: (params: Params) => string;
  /** How many there may be. */
  capacity: number;
  /** The largest share of things that don't exist and are looked up nevertheless. */
  errorRate: number;
}

const buildMs = 600_000;
/** How long it waits before it looks again whether Redis has a whole one. */
const lookAgainMs = 10_000;

/**
 * What exists, as a Bloom filter in memory of which Redis keeps a copy. It says "no" only while it is whole and this process
 * hears of additions. After a gap it first merges its bits with those of Redis, so that what either has lost is there again.
 */
export class ExistenceFilter {
  readonly #redis: Redis;
  readonly #bus: Bus;
  readonly #name: string;
  /** Where Redis keeps it. */
  readonly key: string;
  readonly #bits: BloomFilter;
  #lookAt = 0;
  #state: "behind" | "catching up" | "whole" = "behind";

  /** `key` is where Redis keeps it; filters of another size or name have another one. */
  constructor(redis: Redis, bus: Bus, name: string, key: string, { capacity, errorRate }: Omit<ExistenceFacts<never>, "id">) {
    this.#redis = redis;
    this.#bus = bus;
    this.#name = name;
    this.#bits = new BloomFilter(bloomSize(capacity, errorRate));
    this.key = `${key}:${this.#bits.size.bits}.${this.#bits.size.hashes}`;
  }

  /** False only if there is no such thing. Costs no round trip. */
  mayExist(id: string): boolean {
    if (!this.#bus.listening) this.missed();
    else if (this.#state === "behind" && performance.now() >= this.#lookAt) void this.#catchUp();
    return this.#state !== "whole" || this.#bits.mayHave(id);
  }

  /** Takes note of new things, in every process; call it when they are committed. Throws if Redis is away. */
  async add(ids: readonly string[]): Promise<void> {
    this.heard(ids);
    await inBatches(ids, async (batch) => {
      const pipeline = this.#redis.pipeline();
      for (const bit of batch.flatMap((id) => this.#bits.bitsOf(id))) pipeline.setbit(this.key, bit, 1);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
      await this.#bus.announce({ added: { filter: this.#name, ids: batch } });
    });
  }

  /** Another process added them; none, if it has built the filter. */
  heard(ids: readonly string[]): void {
    if (ids.length === 0) this.missed();
    for (const id of ids) this.#bits.add(id);
  }

  /** Fills it from pages of all that exists; until then, also in other processes, everything may exist. Throws if Redis is away. */
  async build(pages: AsyncIterable<readonly string[]> | Iterable<readonly string[]>): Promise<void> {
    const built = new BloomFilter(this.#bits.size);
    for await (const page of pages) for (const id of page) built.add(id);
    await this.#merge(Buffer.concat([built.bytes, whole]));
    await this.#bus.announce({ added: { filter: this.#name, ids: [] } });
    await this.#catchUp();
  }

  /** Additions may have been missed. */
  missed(): void {
    this.#state = "behind";
    this.#lookAt = 0;
  }

  async #catchUp(): Promise<void> {
    this.#state = "catching up";
    this.#lookAt = performance.now() + lookAgainMs;
    try {
      if (this.#bits.bytes.some((byte) => byte > 0)) await this.#merge(this.#bits.bytes);
      const stored = await this.#redis.getBuffer(this.key);
      if (stored) this.#bits.merge(stored);
      const isWhole = stored?.length === this.#bits.bytes.length + 1;
      if (this.#state === "catching up") this.#state = isWhole ? "whole" : "behind";
    } catch {
      this.#state = "behind";
    }
  }

  /** Adds bits to those of Redis in one step. */
  async #merge(bytes: Buffer): Promise<void> {
    const part = `${this.key}:${randomBytes(6).toString("base64url")}`;
    await this.#redis.set(part, bytes, "PX", buildMs);
    await this.#redis.bitop("OR", this.key, this.key, part);
    await this.#redis.unlink(part);
  }
}

/** Ends the bits of a filter that has been built; additions alone never write it. */
const whole = Buffer.of(1);
