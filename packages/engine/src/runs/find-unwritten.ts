import type { QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { AttemptEnd, EndedJob } from "@caretaker/queue";

/** What ended longer ago and was not written has been looked for before, unless nobody was there. */
const lookBackMs = 600_000;
/** What has just ended is about to be written by its worker. */
const leaveAloneMs = 2_000;

const missing = `
  select id from unnest($2::text[]) given (id)
  where not exists (select from job_runs runs where runs.queue = $1 and runs.job_id = given.id and runs.final)`;

/** The queue's jobs that have ended, as Redis knows them. */
export interface EndedJobs {
  /** In pages. */
  since(queue: QueueName, since: Date): AsyncIterable<EndedJob[]>;
  /** Whether the end of such a job is written at all. */
  isLogged(job: EndedJob): boolean;
  attempts(queue: QueueName, ended: readonly EndedJob[]): Promise<AttemptEnd[]>;
}

/** The ends of jobs whose worker was lost before it had written them. */
export async function findUnwritten(db: Db, queue: QueueName, jobs: EndedJobs): Promise<AttemptEnd[]> {
  const now = Date.now();
  const unwritten = new Map<string, AttemptEnd>();
  for await (const page of jobs.since(queue, new Date(now - lookBackMs))) {
    const due = page.filter((job) => job.finishedAt.getTime() < now - leaveAloneMs && jobs.isLogged(job));
    for (const attempt of await jobs.attempts(queue, await withoutRun(db, queue, due))) unwritten.set(attempt.jobId, attempt);
  }
  return [...unwritten.values()];
}

async function withoutRun({ pool }: Db, queue: QueueName, ended: readonly EndedJob[]): Promise<EndedJob[]> {
  if (ended.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>(missing, [queue, ended.map(({ id }) => id)]);
  const ids = new Set(rows.map(({ id }) => id));
  return ended.filter(({ id }) => ids.has(id));
}
