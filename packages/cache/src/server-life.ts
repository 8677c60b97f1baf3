import type { Redis } from "ioredis";

/** Tells one life of the server that has a key from another. */
export interface Life {
  /** Of the server that answered `within` last. */
  of(key: string): string;
  /** What `work`, which is about keys that share a server with `key`, resolves to, if one life of that server has answered all of it. */
  within<T>(key: string | undefined, work: () => Promise<T>): Promise<T>;
}

/**
 * Which life of the server a connection speaks to. A Redis that restarts from its disk, or a replica that takes over, may
 * have lost deletions that it had confirmed, so what was stored in another life is not trusted.
 */
export class ServerLife implements Life {
  readonly #redis: Redis;
  #connection = 0;
  #id = "";
  #asked: Promise<void> | undefined;
  #known = false;

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on("ready", () => void this.#ask());
    redis.on("close", () => {
      this.#connection += 1;
      this.#asked = undefined;
      this.#known = false;
    });
    if (redis.status === "ready") this.#ask();
  }

  /** It stays the same until another server has said who it is. */
  of(_key: string): string {
    return this.#id;
  }

  within<T>(_key: string | undefined, work: () => Promise<T>): Promise<T> {
    const connection = this.#connection;
    return work().then((result) => (this.#known && connection === this.#connection ? result : this.#afterAll(connection, result)));
  }

  async #afterAll<T>(connection: number, result: T): Promise<T> {
    if (!this.#known) await (this.#asked ?? this.#ask());
    if (connection !== this.#connection) throw new Error("the connection to Redis was lost in between");
    return result;
  }

  #ask(): Promise<void> {
    const connection = this.#connection;
    const asked = this.#redis.info("server").then(
      (text) => this.#learn(connection, /run_id:(\w{8})/.exec(text)?.[1] ?? ""),
      (error: Error) => {
        if (error.name !== "ReplyError") throw error;
        this.#learn(connection, ""); // this user may not ask: lives are not told apart
      },
    );
    asked.catch(() => {}); // whoever waits for it hears of it
    this.#asked = asked;
    return asked;
  }

  #learn(connection: number, id: string): void {
    if (connection !== this.#connection) return;
    this.#id = id;
    this.#known = true;
  }
}
