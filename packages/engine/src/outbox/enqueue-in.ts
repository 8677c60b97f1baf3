import { randomUUID } from "node:crypto";
import type { QueueName } from "@caretaker/contracts";
import { literal } from "@caretaker/db";
import { type JobDefinition, PayloadInvalid } from "@caretaker/queue";

/** A transaction of the caller's: a connection of pg that has begun one, or what Drizzle hands to the function it runs in one. */
export type Transaction = { query(text: string): Promise<unknown> } | { execute(text: string): PromiseLike<unknown> };

/**
 * Has a job put into its queue once a transaction commits, and never if it does not; resolves to the job's id. Any program can do the same
 * with `insert into job_outbox (queue, name, payload)`. Throws `PayloadInvalid`.
 */
export async function enqueueIn(tx: Transaction, queue: QueueName, job: JobDefinition, payload: unknown): Promise<string> {
  const parsed = job.schema.safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid(job.name, parsed.error);
  const id = randomUUID();
  const values = [id, queue, job.name, JSON.stringify(payload)].map(literal);
  const text = `insert into job_outbox (id, queue, name, payload) values (${values.join(", ")})`;
  await ("execute" in tx ? tx.execute(text) : tx.query(text));
  return id;
}
