import type { Redis } from "ioredis";
import type { CacheKeys } from "./cache-keys.ts";
import type { Entry } from "./entry.ts";
import { Sketch } from "./sketch.ts";

/** So many parameter sets are remembered of each entry. */
const remembered = 1_000;
/** The more an entry is read between two times that Redis is told, the fewer of its reads are counted: one of so many, for all of them. */
const stride = (reads: number): number => (reads < 10_000 ? 1 : reads < 100_000 ? 16 : 256);
/** Counts of the hour before the present one still count by half, older ones not at all. */
const windowMs = 3_600_000;

type Keyed<Params extends object> = Pick<Entry<Params, unknown, never>, "name" | "keyOf">;

interface Counted {
  readonly sketch: Sketch<object>;
  reads: number;
  /** Which of them is counted next: at random, lest a pattern in what is asked for counts for more than it is. */
  next: number;
}

/** What was asked for most, counted in this process and now and then added up in Redis. */
export class Popularity {
  readonly #redis: Redis;
  readonly #keys: CacheKeys;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #counted = new Map<string, Counted>();

  constructor(redis: Redis, keys: CacheKeys, clock: () => number, random: () => number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#clock = clock;
    this.#random = random;
  }

  count<Params extends object>(entry: Keyed<Params>, params: Params): void {
    this.#count(this.#counted.get(entry.name) ?? this.#begin(entry.name), entry, params);
  }

  countMany<Params extends object>(entry: Keyed<Params>, sets: readonly Params[]): void {
    const counted = this.#counted.get(entry.name) ?? this.#begin(entry.name);
    for (const params of sets) this.#count(counted, entry, params);
  }

  /** Adds to Redis what was counted since the last time; what Redis does not take is forgotten. */
  async flush(): Promise<void> {
    await Promise.all(
      [...this.#counted].map(async ([entry, { sketch }]) => {
        this.#counted.delete(entry);
        const counted = sketch.take();
        if (counted.length === 0) return;
        const key = this.#keyOf(entry, 0);
        const pipeline = this.#redis.pipeline();
        for (const { item, count } of counted) pipeline.zincrby(key, count, JSON.stringify(item));
        pipeline.zremrangebyrank(key, 0, -remembered - 1).pexpire(key, 2 * windowMs);
        await pipeline.exec();
      }),
    );
  }

  /** The parameter sets that were asked for most lately, in all processes, the most popular first. */
  async top(entry: string): Promise<object[]> {
    await this.flush();
    const windows = [this.#keyOf(entry, 0), this.#keyOf(entry, 1)];
    const members = await this.#redis.zunion(windows.length, ...windows, "WEIGHTS", 1, 0.5);
    return members
      .reverse()
      .slice(0, remembered)
      .map((member) => JSON.parse(member));
  }

  #count<Params extends object>(counted: Counted, { keyOf }: Keyed<Params>, params: Params): void {
    counted.reads += 1;
    if (counted.reads < counted.next) return;
    const each = stride(counted.reads);
    counted.sketch.count(keyOf(params), params, each);
    counted.next = counted.reads + 1 + Math.floor(this.#random() * (2 * each - 1));
  }

  #begin(entry: string): Counted {
    const counted = { sketch: new Sketch<object>(remembered), reads: 0, next: 1 };
    this.#counted.set(entry, counted);
    return counted;
  }

  #keyOf(entry: string, windowsAgo: number): string {
    return `${this.#keys.popularity(entry)}:${Math.floor(this.#clock() / windowMs) - windowsAgo}`;
  }
}
