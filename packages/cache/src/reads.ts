import { Command, type Redis } from "ioredis";
import { batchSize, inBatches } from "./in-batches.ts";

/** A command whose callers have their own bound: the connection's, a timer for each, cost more than the rest of a read. */
class UntimedCommand extends Command {
  override setTimeout(): void {}
}

interface Asked {
  readonly keys: readonly string[];
  readonly answer: (texts: Promise<(string | null)[]> | (string | null)[]) => void;
}

/** Reads of keys; those that are asked for in one turn travel together. */
export class Reads {
  readonly #redis: Redis;
  #asked: Asked[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** What is stored at keys, `null` where there is nothing. */
  read(keys: readonly string[]): Promise<(string | null)[]> {
    return new Promise((answer) => {
      if (this.#asked.push({ keys, answer }) === 1) queueMicrotask(() => this.#send());
    });
  }

  #send(): void {
    const asked = this.#asked;
    this.#asked = [];
    const [only] = asked;
    const fetched = this.#fetch(only && asked.length === 1 ? only.keys : asked.flatMap(({ keys }) => keys));
    if (only && asked.length === 1) only.answer(fetched);
    else this.#share(fetched, asked);
  }

  async #share(fetched: Promise<(string | null)[]>, asked: readonly Asked[]): Promise<void> {
    const texts = await fetched.catch(() => undefined);
    let from = 0;
    for (const { keys, answer } of asked) {
      answer(texts?.slice(from, from + keys.length) ?? fetched);
      from += keys.length;
    }
  }

  async #fetch(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length > batchSize) return (await inBatches(keys, (batch) => this.#mget(batch))).flat();
    return this.#mget(keys);
  }

  async #mget(keys: readonly string[]): Promise<(string | null)[]> {
    if (keys.length > 1) return this.#command("mget", keys) as Promise<(string | null)[]>;
    return [(await this.#command("get", keys)) as string | null];
  }

  #command(name: string, keys: readonly string[]): Promise<unknown> {
    return this.#redis.sendCommand(new UntimedCommand(name, keys as string[], { replyEncoding: "utf8" })) as Promise<unknown>;
  }
}
