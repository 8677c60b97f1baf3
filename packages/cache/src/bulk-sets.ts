import type { Redis } from "ioredis";
import { SetBatch } from "./set-batch.ts";
import type { Write } from "./store-batch.ts";
import { WriteBatches } from "./write-batches.ts";

/**
 * Stores values by the thousand over a connection of its own, made when it is first needed: reads do not queue behind them,
 * and should Redis answer what it was told not to answer, nothing else takes these answers for its own.
 */
export class BulkSets {
  readonly #redis: Redis;
  readonly #batches = new WriteBatches(() => new SetBatch());
  #opening: Promise<Redis | undefined> | undefined;
  #connection: Redis | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Resolves to what stores values, or to nothing if this user may not turn answers off. Throws if Redis is away. */
  async open(): Promise<((writes: Iterable<Write>) => Promise<unknown>) | undefined> {
    this.#opening ??= this.#connect();
    const connection = await this.#opening;
    return connection && ((writes) => this.#batches.send(writes, (batch) => batch.sendTo(connection)));
  }

  close(): void {
    this.#connection?.disconnect();
  }

  async #connect(): Promise<Redis | undefined> {
    const connection = this.#redis.duplicate({ lazyConnect: true, retryStrategy: () => null });
    this.#connection = connection;
    connection.on("error", () => {}); // the connection that it is made like reports outages
    const again = () => {
      this.#opening = undefined;
    };
    try {
      await connection.connect();
      await connection.client("REPLY", "ON");
      connection.on("end", again);
      return connection;
    } catch (error) {
      connection.disconnect();
      if ((error as Error).name === "ReplyError") return undefined;
      again();
      throw error;
    }
  }
}
