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
      if (this.#asked.push({ keys, resolve, reject }) === 1) queueMicrotask(this.#send);
    });
  }

  readonly #send = (): void => {
    const asked = this.#asked;
    this.#asked = [];
    const [only] = asked;
    if (only && asked.length === 1) this.#fetch(only.keys).then(only.resolve, only.reject);
    else this.#share(asked);
  };

  #share(asked: readonly Asked[]): void {
    this.#fetch(asked.flatMap(({ keys }) => keys)).then(
      (texts) => {
        let from = 0;
        for (const { keys, resolve } of asked) {
          resolve(texts.slice(from, from + keys.length));
          from += keys.length;
        }
      },
      (error) => {
        for (const { reject } of asked) reject(error);
      },
    );
  }

  #fetch(keys: readonly string[]): Promise<Texts> {
    if (keys.length === 1) return this.#command("get", keys).then((text) => [text as string | null]);
    if (keys.length <= batchSize) return this.#command("mget", keys) as Promise<Texts>;
    return inBatches(keys, (batch) => this.#command("mget", batch) as Promise<Texts>).then((parts) => parts.flat());
  }

  #command(name: string, keys: readonly string[]): Promise<unknown> {
    return this.#redis.sendCommand(new UntimedCommand(name, keys as string[], { replyEncoding: "utf8" })) as Promise<unknown>;
  }
}
