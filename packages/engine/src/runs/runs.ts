import type { QueueName, RunPage, RunSearch, RunView } from "@caretaker/contracts";
import { type EndedJob, endedSince, type JobDefinition, jobEndStates, lastAttempts } from "@caretaker/queue";
import type { Connections } from "../connections.ts";
import { closeLostAttempts } from "./close-lost-attempts.ts";
import { readRun, readRunsOf } from "./read-run.ts";
import { createRunLog, type RunLog } from "./run-log.ts";
import { searchRuns } from "./search-runs.ts";

/** The attempts of jobs, as PostgreSQL keeps them. */
export interface Runs {
  /** Where workers log their attempts. */
  readonly runLog: RunLog;
  /** A page of the attempts of jobs that have ended, the latest first. */
  searchRuns(search: RunSearch): Promise<RunPage>;
  /** The attempts of a job that have ended, in order. */
  readRunsOf(queue: QueueName, jobId: string): Promise<RunView[]>;
  /** The run with an id, or `undefined`. */
  readRun(id: string): Promise<RunView | undefined>;
  /** Makes up for what lost workers did not write: ends of jobs, and attempts that nobody will take up; resolves to their number. */
  closeLostAttempts(): Promise<number>;
}

/** The runs in `db` of the jobs in `queues`. */
export function createRuns({ db, queueRedis, queues }: Connections, jobs: readonly JobDefinition[]): Runs {
  const runLog = createRunLog(db);
  const unlogged = new Map(jobs.map((job) => [job.name, job.unlogged]));
  const endedJobs = {
    isLogged: ({ name, outcome }: EndedJob) => !unlogged.get(name) || (unlogged.get(name) === "unless failed" && outcome === "failed"),
    since: (queue: QueueName, since: Date) => endedSince(queueRedis, queues[queue], since),
    attempts: (queue: QueueName, ended: Parameters<typeof lastAttempts>[1]) => lastAttempts(queues[queue], ended),
  };
  const statesOf = (queue: QueueName, ids: string[]) => jobEndStates(queueRedis, queues[queue], ids);
  return {
    runLog,
    searchRuns: (search) => searchRuns(db, search),
    readRunsOf: (queue, jobId) => readRunsOf(db, queue, jobId),
    readRun: (id) => readRun(db, id),
    closeLostAttempts: () => closeLostAttempts({ db, runLog, endedJobs, statesOf }),
  };
}
