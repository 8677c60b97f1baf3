import { type AcceptedJob, CaretakerError, type QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { EnqueueOptions, JobDefinition, Producer } from "@caretaker/queue";
import type { Domain } from "./domain.ts";
import { runIdOf } from "./run-id.ts";
import { readRun } from "./runs/read-run.ts";

/** There is no such run, or it has moved no rows that could be put back. */
export class UnknownRun extends CaretakerError {
  override readonly code = "UNKNOWN_RUN";
}

interface Needs {
  readonly db: Db;
  readonly domains: readonly Domain[];
  readonly jobs: readonly JobDefinition[];
  readonly producer: Producer;
}

/**
 * Puts a job into the archive queue that brings back the rows of a run: that with a number in `job_runs`, that of a job with an
 * id, or that whose id the rows carry. Throws `UnknownRun`.
 */
export async function restoreRun({ db, domains, jobs, producer }: Needs, run: string, options?: EnqueueOptions): Promise<AcceptedJob> {
  const ids = await runIdsOf(db, run);
  for (const runId of ids) {
    const domain = await domainOf(db, domains, runId);
    const job = domain && jobs.find(({ name }) => name === `${domain.name}.restore`);
    if (job) return producer.enqueue(job, { domain: domain.name, runId }, options);
  }
  throw new UnknownRun(`no rows of a run ${run} are in quarantine or in an archive`);
}

const queues: readonly QueueName[] = ["cleanup", "archive"];

async function runIdsOf(db: Db, run: string): Promise<string[]> {
  const numbered = await readRun(db, run);
  const ofJobs = numbered ? [runIdOf(`${numbered.queue}/${numbered.jobId}`)] : queues.map((queue) => runIdOf(`${queue}/${run}`));
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(run) ? [...ofJobs, run] : ofJobs;
}

async function domainOf(db: Db, domains: readonly Domain[], runId: string): Promise<Domain | undefined> {
  for (const domain of domains) {
    const archives = (domain.archive ?? []).flatMap(({ move }) => (move ? [move.to] : []));
    for (const table of domain.cleanup ? [domain.cleanup.quarantine, ...archives] : archives) {
      const { rowCount } = await db.pool.query(`select from ${table} where run_id = $1 limit 1`, [runId]);
      if (rowCount) return domain;
    }
  }
  return undefined;
}
