import type { Redis } from "ioredis";
import { batchSize, inBatches } from "./in-batches.ts";
import { type Asked, ReadCommand } from "./read-command.ts";

/** What waits for it goes on at the end of the turn; `queueMicrotask` would make an asynchronous resource for each. */
const endOfTurn = Promise.resolve();

/** Reads of so many keys don't wait for others. */
const many = 10;

/** Reads of keys. One goes at once; those that are asked for in one turn while it is away travel together. */
export class Reads {
  readonly #redis: Redis;
  /** Whether a read that was sent at once is on its way. */
  #busy = false;
  #asked: Asked[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** What is stored at keys, `null` where there is nothing. */
  read(keys: readonly string[]): Promise<(string | null)[]> {
    return new Promise((resolve, reject) => {
      if (keys.length >= many) this.#start({ keys, resolve, reject });
      else if (!this.#busy) this.#lead({ keys, resolve, reject });
      else if (this.#asked.push({ keys, resolve, reject }) === 1) endOfTurn.then(this.#send);
    });
  }

  #lead({ keys, resolve, reject }: Asked): void {
    this.#busy = true;
    this.#fetch({
      keys,
      resolve: (texts) => {
        this.#busy = false;
        resolve(texts);
      },
      reject: (error) => {
        this.#busy = false;
        reject(error);
      },
    });
  }

  readonly #send = (): void => {
    const asked = this.#asked;
    this.#asked = [];
    this.#start(asked.length === 1 ? (asked[0] as Asked) : together(asked));
  };

  #start(asked: Asked): void {
    if (asked.keys.length <= batchSize) this.#fetch(asked);
    else this.#fetchInBatches(asked);
  }

  #fetch(asked: Asked): void {
    this.#redis.sendCommand(new ReadCommand(asked));
  }

  #fetchInBatches({ keys, resolve, reject }: Asked): void {
    const fetch = (batch: string[]) =>
      new Promise<(string | null)[]>((found, failed) => this.#fetch({ keys: batch, resolve: found, reject: failed }));
    inBatches(keys, fetch).then((parts) => resolve(parts.flat()), reject);
  }
}

/** Several reads as one. */
const together = (asked: readonly Asked[]): Asked => ({
  keys: asked.flatMap(({ keys }) => keys),
  resolve(texts) {
    let from = 0;
    for (const { keys, resolve } of asked) {
      resolve(texts.slice(from, from + keys.length));
      from += keys.length;
    }
  },
  reject(error) {
    for (const { reject } of asked) reject(error);
  },
});
