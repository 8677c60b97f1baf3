import { type QueueName, queueName } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type { createQueues } from "@caretaker/queue";

interface OutboxJob {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly payload: unknown;
}

const atOnce = 500;
const select = `select id, queue, name, payload from job_outbox where error is null order by position limit ${atOnce} for update skip locked`;
const forget = "delete from job_outbox where id = any($1)";
const setAside = "update job_outbox set error = 'there is no queue ' || queue where id = any($1)";

const isKnown = ({ queue }: OutboxJob) => queueName.safeParse(queue).success;
const idsOf = (jobs: readonly OutboxJob[]) => jobs.map(({ id }) => id);

/**
 * Puts committed jobs of the outbox into their queues; resolves to their number. Who dies between that and the commit leaves
 * them to be put there again: a job has its row's id, and Redis takes no id twice.
 */
export function handOverJobs(db: Db, queues: ReturnType<typeof createQueues>): Promise<number> {
  return inTransaction(db.pool, async (session) => {
    const { rows } = await session.query<OutboxJob>(select);
    if (rows.length === 0) return 0;
    const known = rows.filter(isKnown);
    for (const [queue, jobs] of Map.groupBy(known, (job) => job.queue as QueueName)) {
      await queues[queue].addBulk(jobs.map(({ id, name, payload }) => ({ name, data: payload, opts: { jobId: id } })));
    }
    await session.query(forget, [idsOf(known)]);
    if (known.length < rows.length) await session.query(setAside, [idsOf(rows.filter((row) => !isKnown(row)))]);
    return rows.length;
  });
}
