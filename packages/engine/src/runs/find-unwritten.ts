import type { QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { AttemptEnd, EndedJob } from "@caretaker/queue";

/** What ended longer ago and was not written has been looked for before, unless nobody was there. */
const lookBackMs = 600_000;
/** What has just ended is about to be written by its worker. */
const leaveAloneMs = 2_000;
const atMost = 1_000;

const missing = `
  select id from unnest($2::text[]) given (id)
  where not exists (select from job_runs runs where runs.queue = $1 and runs.job_id = given.id and runs.final)`;

/** The queue's jobs that have ended, as Redis knows them. */
export interface EndedJobs {
  since(queue: QueueName, since: Date, atMost: number): Promise<EndedJob[]>;
  attempts(queue: QueueName, ended: readonly EndedJob[]): Promise<AttemptEnd[]>;
}

/** The ends of jobs whose worker was lost before it had written them. */
export async function findUnwritten({ pool }: Db, queue: QueueName, jobs: EndedJobs): Promise<AttemptEnd[]> {
  const now = Date.now();
  const recent = await jobs.since(queue, new Date(now - lookBackMs), atMost);
  const due = new Map(recent.filter(({ finishedAt }) => finishedAt.getTime() < now - leaveAloneMs).map((job) => [job.id, job]));
  if (due.size === 0) return [];
  const { rows } = await pool.query<{ id: string }>(missing, [queue, [...due.keys()]]);
  return jobs.attempts(
    queue,
    rows.flatMap(({ id }) => due.get(id) ?? []),
  );
}
