import { EventEmitter } from "node:events";
import { type Cache, createCache, createCacheRedis } from "@caretaker/cache";
import { type AcceptedJob, type JobView, type Progress, type QueueName, queueName, toMs } from "@caretaker/contracts";
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
  followJob,
  type JobDefinition,
  type Priority,
  type QueueLimits,
  readJob,
  redrive,
  retryJob,
  syncLimits,
  syncSchedulers,
  type WorkerHost,
} from "@caretaker/queue";
import { type Check, runChecks } from "./checks.ts";
import type { Domain, LoadContext, ScheduleFacts } from "./domain.ts";
import { findJob } from "./jobs/find-job.ts";
import { jobsOf } from "./jobs/jobs-of.ts";
import { purgeFences } from "./run-fence.ts";

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
  /** A worker for the queues named, so many jobs of each at once; it takes none before it is started. */
  work(options: { name: string; concurrency: ReadonlyMap<QueueName, number> }): WorkerHost;
  /** Puts the job schedulers in Redis right; resolves to the ids of those it changed. */
  syncSchedules(): Promise<string[]>;
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

  return {
    domains,
    db,
    cache,
    events,
    queues,
    enqueue: async (queue, payload, options) => producer.enqueue(findJob(jobs, domains, queue, payload), payload, options),
    readJob: (queue, id) => readJob(queues[queue], id),
    followJob: (queue, id, options) => followJob(queues[queue], id, { ...options, ...access }),
    cancelJob: (queue, id, who) => cancelJob(queue, id, { ...who, ...access }),
    deadLetters: (queue, filter) => deadLetters(queues[queue], queueRedis, filter),
    retryJob: (queue, id) => retryJob(queues[queue], queueRedis, id),
    redrive: (queue, filter) => redrive(queues[queue], queueRedis, filter),
    work: ({ name, concurrency }) => createWorkerHost({ name, ...access, concurrency, jobs }),
    async syncSchedules() {
      const changed = await Promise.all(queueName.options.map((queue) => syncSchedulers(queues[queue], schedulersOf(domains, queue))));
      return changed.flat();
    },
    async syncLimits(limits) {
      const changed = await Promise.all([...limits].map(async ([queue, limit]) => ((await syncLimits(queues[queue], limit)) ? [queue] : [])));
      return changed.flat();
    },
    forgetOldFences: () => purgeFences(db, new Date(clock().getTime() - keepFencesMs)),
    check: () => runChecks({ db, queueRedis, cacheRedis }),
    async [Symbol.asyncDispose]() {
      await cache[Symbol.asyncDispose]();
      queueRedis.disconnect();
      cacheRedis.disconnect();
      await db[Symbol.asyncDispose]();
    },
  };
}

const schedulersOf = (domains: readonly Domain[], queue: QueueName) =>
  domains.flatMap((domain) => domain.schedules.filter((schedule) => schedule.queue === queue).map((schedule) => schedulerOf(domain, schedule)));

const schedulerOf = ({ name: domain }: Domain, { name, queue, when, payload }: ScheduleFacts) => ({
  id: `${domain}.${name}`,
  repeat: "every" in when ? { every: toMs(when.every) } : when,
  job: { name: `${domain}.${queue}`, data: { domain, ...payload } },
});
