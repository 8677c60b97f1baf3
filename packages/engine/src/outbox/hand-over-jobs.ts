import { type QueueName, queueName } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type { createQueues } from "@caretaker/queue";
import { messageRow } from "./insert-job.ts";
import { type HandedOver, setAside } from "./set-aside.ts";

interface OutboxJob {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly payload: unknown;
}

const atOnce = 500;
const waiting = `from job_outbox where error is null and name <> '${messageRow}'`;
const select = `select id, queue, name, payload ${waiting} order by position limit ${atOnce} for update skip locked`;
const forget = "delete from job_outbox where id = any($1)";

const isKnown = ({ queue }: OutboxJob) => queueName.safeParse(queue).success;

/**
 * Puts committed jobs of the outbox into their queues, any number of processes at once. Who dies between that and the commit leaves
 * them to be put there again: a job has its row's id, and Redis takes no id twice.
 */
export function handOverJobs(db: Db, queues: ReturnType<typeof createQueues>): Promise<HandedOver> {
  return inTransaction(db.pool, async (session) => {
    const { rows } = await session.query<OutboxJob>(select);
    if (rows.length === 0) return { rows: 0, setAside: [] };
    const known = rows.filter(isKnown);
    for (const [queue, jobs] of Map.groupBy(known, (job) => job.queue as QueueName)) {
      await queues[queue].addBulk(jobs.map(({ id, name, payload }) => ({ name, data: payload, opts: { jobId: id } })));
    }
    await session.query(forget, [known.map(({ id }) => id)]);
    const homeless = rows.filter((row) => !isKnown(row)).map(({ id, queue }) => ({ id, error: `there is no queue ${queue}` }));
    await setAside(session, homeless);
    return { rows: rows.length, setAside: homeless };
  });
}
