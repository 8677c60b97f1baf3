import { EventEmitter } from "node:events";
import { type Cache, createCache, createCacheRedis } from "@caretaker/cache";
import type { AcceptedJob, JobView, Progress, QueueName, RunPage, RunSearch, RunView } from "@caretaker/contracts";
import { createDb, type Db, type DbOptions } from "@caretaker/db";
import {
  cancelJob,
  createProducer,
  createQueueRedis,
  createQueues,
  createWorkerHost,
  type DeadLetter,
  type DeadLetterFilter,
  deadLetters,
  endedSince,
  followJob,
  type JobDefinition,
  lastAttempts,
  type Priority,
  type QueueLimits,
  readJob,
  redrive,
  retryJob,
  syncLimits,
  type WorkerHost,
} from "@caretaker/queue";
import { type Check, runChecks } from "./checks.ts";
import type { Domain, LoadContext } from "./domain.ts";
import { findJob } from "./jobs/find-job.ts";
import { jobsOf } from "./jobs/jobs-of.ts";
import { purgeFences } from "./run-fence.ts";
import { closeLostAttempts } from "./runs/close-lost-attempts.ts";
import type { EndedJobs } from "./runs/find-unwritten.ts";
import { readRun, readRunsOf } from "./runs/read-run.ts";
import { createRunLog, type RunLog } from "./runs/run-log.ts";
import { searchRuns } from "./runs/search-runs.ts";
import { createScheduleQueues } from "./schedules/schedule-queues.ts";
import { createSchedules, type Schedules } from "./schedules/schedules.ts";
import { tickJobs, tickName } from "./schedules/tick-job.ts";

export interface EngineSettings {
  readonly domains: readonly Domain[];
  readonly database: DbOptions;
  readonly queueRedisUrl: string;
  readonly queuePrefix: string;
  readonly cacheRedisUrl: string;
  readonly cachePrefix: string;
  /** How long a read waits for the cache's Redis before it goes to the source; the cache kit's default is 50 ms. */
  readonly cacheReadTimeoutMs?: number;
  /** A `producer` fails fast while the queues' Redis is away, a `worker` waits for it. */
  readonly role: "producer" | "worker";
  readonly clock?: () => Date;
}

interface EngineEvents {
  /** A connection broke; once for each outage. */
  connection: [{ to: "postgres" | "queue redis" | "cache redis"; error: Error }];
}

export interface Engine extends AsyncDisposable {
  readonly domains: readonly Domain[];
  readonly db: Db;
  readonly cache: Cache<LoadContext>;
  readonly events: EventEmitter<EngineEvents>;
  readonly queues: ReturnType<typeof createQueues>;
  /** Puts a maintenance job into its queue. Throws `PayloadInvalid`, `QueueUnavailable` or `OutcomeUnknown`. */
  enqueue(queue: QueueName, payload: unknown, options?: { priority?: Priority }): Promise<AcceptedJob>;
  /** What is known of a job, or `undefined`. */
  readJob(queue: QueueName, id: string): Promise<JobView | undefined>;
  /** Waits for a job's end, or until `signal` fires; resolves to how it stands then, `undefined` if there is no such job. */
  followJob(queue: QueueName, id: string, options: { signal: AbortSignal; onProgress?: (progress: Progress) => void }): Promise<JobView | undefined>;
  /**
   * Cancels a job, wherever it waits or runs, with its chunks; resolves to how it stands then, still `active` if its handler did
   * not stop within 3 s, `undefined` if there is no such job. Throws `JobEnded`.
   */
  cancelJob(queue: QueueName, id: string, who: { by: string; reason?: string }): Promise<JobView | undefined>;
  /** Jobs that have used up their attempts, latest first. */
  deadLetters(queue: QueueName, filter?: DeadLetterFilter): AsyncIterable<DeadLetter>;
  /** Puts a failed or cancelled job back to wait with all its attempts; `undefined` if there is no such job. Throws `JobNotFailed`. */
  retryJob(queue: QueueName, id: string): Promise<JobView | undefined>;
  /** Puts the dead letters that match back to wait; resolves to how many those were. */
  redrive(queue: QueueName, filter?: DeadLetterFilter): Promise<number>;
  readonly schedules: Schedules;
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
  /** A worker for the queues named, so many jobs of each at once, whose attempts are logged; it takes none before it is started. */
  work(options: { name: string; concurrency: ReadonlyMap<QueueName, number> }): WorkerHost;
  /** Puts the limits of queues in Redis right; resolves to the queues whose limits it changed. */
  syncLimits(limits: ReadonlyMap<QueueName, QueueLimits>): Promise<QueueName[]>;
  /** Forgets the fences and progress of jobs that did nothing for 30 days; resolves to these jobs. */
  forgetOldFences(): Promise<string[]>;
  /** Looks at everything the engine needs. */
  check(): Promise<Check[]>;
}

const keepFencesMs = 30 * 86_400_000;

/** The engine over a database and two Redis servers; disposing of it closes their connections. */
export function createEngine(settings: EngineSettings): Engine {
  const { domains, clock = () => new Date() } = settings;
  const events = new EventEmitter<EngineEvents>();
  const lost = (to: EngineEvents["connection"][0]["to"]) => (error: Error) => events.emit("connection", { to, error });
  const db = createDb({ ...settings.database, onError: lost("postgres") });
  const queueRedis = createQueueRedis(settings.queueRedisUrl, settings.role, lost("queue redis"));
  const cacheRedis = createCacheRedis(settings.cacheRedisUrl, lost("cache redis"));
  const queues = createQueues(queueRedis, settings.queuePrefix);
  const access = { redis: queueRedis, prefix: settings.queuePrefix, queues };
  const cache = createCache<LoadContext>({
    redis: cacheRedis,
    prefix: settings.cachePrefix,
    context: () => ({ db, asOf: clock() }),
    ...(settings.cacheReadTimeoutMs ? { readTimeoutMs: settings.cacheReadTimeoutMs } : {}),
  });
  const producer = createProducer(queues);
  const jobs: JobDefinition[] = domains.flatMap((domain) => jobsOf(domain, { db, cache }));
  const enqueue: Engine["enqueue"] = async (queue, payload, options) => producer.enqueue(findJob(jobs, domains, queue, payload), payload, options);
  const scheduleQueues = createScheduleQueues({
    redis: queueRedis,
    queues,
    jobs,
    findJob: (queue, payload) => findJob(jobs, domains, queue, payload),
    enqueue,
  });
  const schedules = createSchedules(db, domains, scheduleQueues);
  const runLog = createRunLog(db);
  const endedJobs: EndedJobs = {
    since: (queue, since, atMost) => endedSince(queueRedis, queues[queue], since, atMost),
    attempts: (queue, ended) => lastAttempts(queues[queue], ended),
  };
  const work = ({ name, concurrency }: Parameters<Engine["work"]>[0]) => {
    const all = [...jobs, ...tickJobs(schedules.sweep)];
    const host = createWorkerHost({ name, ...access, concurrency, jobs: all });
    host.events.on("attemptStart", (attempt) => attempt.name !== tickName && runLog.started(attempt));
    host.events.on("attempt", (attempt) => attempt.name !== tickName && runLog.ended(attempt));
    return host;
  };

  return {
    domains,
    db,
    cache,
    events,
    queues,
    schedules,
    runLog,
    enqueue,
    readJob: (queue, id) => readJob(queues[queue], id),
    followJob: (queue, id, options) => followJob(queues[queue], id, { ...options, ...access }),
    cancelJob: (queue, id, who) => cancelJob(queue, id, { ...who, ...access }),
    deadLetters: (queue, filter) => deadLetters(queues[queue], queueRedis, filter),
    retryJob: (queue, id) => retryJob(queues[queue], queueRedis, id),
    redrive: (queue, filter) => redrive(queues[queue], queueRedis, filter),
    searchRuns: (search) => searchRuns(db, search),
    readRunsOf: (queue, jobId) => readRunsOf(db, queue, jobId),
    readRun: (id) => readRun(db, id),
    closeLostAttempts: () => closeLostAttempts({ db, runLog, endedJobs, statesOf: scheduleQueues.statesOf }),
    work,
    async syncLimits(limits) {
      const changed = await Promise.all([...limits].map(async ([queue, limit]) => ((await syncLimits(queues[queue], limit)) ? [queue] : [])));
      return changed.flat();
    },
    forgetOldFences: () => purgeFences(db, new Date(clock().getTime() - keepFencesMs)),
    check: () => runChecks({ db, queueRedis, cacheRedis }),
    async [Symbol.asyncDispose]() {
      await runLog[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
      queueRedis.disconnect();
      cacheRedis.disconnect();
      await db[Symbol.asyncDispose]();
    },
  };
}
