import { atOnce, fewAtOnce } from "./in-batches.ts";
import type { Write } from "./store-batch.ts";

interface Batch {
  readonly isFull: boolean;
  readonly isEmpty: boolean;
  add(write: Write): void;
  clear(): void;
}

/** Batches of values to be stored; each is used again. */
export class WriteBatches<B extends Batch> {
  readonly #create: () => B;
  readonly #idle: B[] = [];

  constructor(create: () => B) {
    this.#create = create;
  }

  /** Sends the writes, a few batches at a time. A batch is used again once Redis has answered, and so has read it; after a failure nobody knows. */
  send<R>(writes: Iterable<Write>, send: (batch: B) => Promise<R>): Promise<R[]> {
    return fewAtOnce(this.#fill(writes), async (batch) => {
      const answer = await send(batch);
      batch.clear();
      if (this.#idle.length < atOnce) this.#idle.push(batch);
      return answer;
    });
  }

  *#fill(writes: Iterable<Write>): Generator<B> {
    let batch = this.#idle.pop() ?? this.#create();
    for (const write of writes) {
      batch.add(write);
      if (!batch.isFull) continue;
      yield batch;
      batch = this.#idle.pop() ?? this.#create();
    }
    if (!batch.isEmpty) yield batch;
    else this.#idle.push(batch);
  }
}
