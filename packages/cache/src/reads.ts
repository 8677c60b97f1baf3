import { Command, type Redis } from "ioredis";
import { batchSize, inBatches } from "./in-batches.ts";

/** A command whose callers have their own bound: the connection's, a timer for each, cost more than the rest of a read. */
class UntimedCommand extends Command {
  override setTimeout(): void {}
}

type Texts = (string | null)[];

interface Asked {
  readonly keys: readonly string[];
  readonly resolve: (texts: Texts) => void;
  readonly reject: (error: unknown) => void;
}

/** What waits for it goes on at the end of the turn; `queueMicrotask` would make an asynchronous resource for each. */
const endOfTurn = Promise.resolve();

/** Reads of keys; those that are asked for in one turn travel together. */
export class Reads {
  readonly #redis: Redis;
  #asked: Asked[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** What is stored at keys, `null` where there is nothing. */
  read(keys: readonly string[]): Promise<Texts> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ keys, resolve, reject }) === 1) endOfTurn.then(this.#send);
    });
  }

  readonly #send = (): void => {
    const asked = this.#asked;
    this.#asked = [];
    const [only] = asked;
    if (only && asked.length === 1) this.#fetch(only);
    else this.#fetch(together(asked));
  };

  #fetch({ keys, resolve, reject }: Asked): void {
    if (keys.length === 1) this.#command("get", keys).then((text) => resolve([text as string | null]), reject);
    else if (keys.length <= batchSize) this.#command("mget", keys).then(resolve as (texts: unknown) => void, reject);
    else inBatches(keys, (batch) => this.#command("mget", batch) as Promise<Texts>).then((parts) => resolve(parts.flat()), reject);
  }

  #command(name: string, keys: readonly string[]): Promise<unknown> {
    return this.#redis.sendCommand(new UntimedCommand(name, keys as string[], { replyEncoding: "utf8" })) as Promise<unknown>;
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
