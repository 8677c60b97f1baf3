import type { Redis } from "ioredis";
import type { CacheKeys } from "./cache-keys.ts";

/** Reads that a process notes at most between two times that it tells Redis. */
const noted = 10_000;

/** How many of the values that a warm-up wrote have been read: each is noted when a process first takes it from Redis. */
export class WarmReads {
  readonly #redis: Redis;
  readonly #keys: CacheKeys;
  readonly #keptMs: number;
  #read = new Map<string, Set<string>>();

  constructor(redis: Redis, keys: CacheKeys, keptMs: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#keptMs = keptMs;
  }

  note(mark: string, key: string): void {
    const keys = this.#read.get(mark);
    if (!keys) this.#read.set(mark, new Set([key]));
    else if (keys.size < noted) keys.add(key);
  }

  /** Tells Redis what was read since the last time; what it does not take is forgotten. */
  async flush(): Promise<void> {
    const read = this.#read;
    this.#read = new Map();
    await Promise.all(
      [...read].map(async ([mark, keys]) => {
        const counter = this.#keys.warmReads(mark);
        await this.#redis
          .pipeline()
          .pfadd(counter, ...keys)
          .pexpire(counter, this.#keptMs)
          .exec();
      }),
    );
  }

  /** How many values with this mark were read, by Redis' estimate (HyperLogLog, standard error 0.81 %). */
  async count(mark: string): Promise<number> {
    await this.flush();
    return this.#redis.pfcount(this.#keys.warmReads(mark));
  }
}
