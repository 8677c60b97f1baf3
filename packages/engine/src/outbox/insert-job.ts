import { randomUUID } from "node:crypto";
import { literal } from "@caretaker/db";

/** A transaction of the caller's: a connection of pg that has begun one, or what Drizzle hands to the function it runs in one. */
export type Transaction = { query(text: string): Promise<unknown> } | { execute(text: string): PromiseLike<unknown> };

/** The name of a row that is no job but a message to be published. */
export const messageRow = "publish";

/** Leaves a row in `job_outbox`; resolves to its id. Any program can do the same with `insert into job_outbox (queue, name, payload)`. */
export async function insertJob(tx: Transaction, queue: string, name: string, payload: unknown): Promise<string> {
  const id = randomUUID();
  const values = [id, queue, name, JSON.stringify(payload)].map(literal);
  const text = `insert into job_outbox (id, queue, name, payload) values (${values.join(", ")})`;
  await ("execute" in tx ? tx.execute(text) : tx.query(text));
  return id;
}
