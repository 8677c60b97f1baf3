import type { QueueName } from "@caretaker/contracts";
import { type JobDefinition, PayloadInvalid } from "@caretaker/queue";
import { insertJob, type Transaction } from "./insert-job.ts";

/** Has a job put into its queue once a transaction commits, and never if it does not; resolves to the job's id. Throws `PayloadInvalid`. */
export async function enqueueIn(tx: Transaction, queue: QueueName, job: JobDefinition, payload: unknown): Promise<string> {
  const parsed = job.schema.safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid(job.name, parsed.error);
  return insertJob(tx, queue, job.name, payload);
}
