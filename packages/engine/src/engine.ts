import type { AcceptedJob, AuditPage, AuditSearch, JobView, QueueName } from "@caretaker/contracts";
import { createProducer, type EnqueueOptions, type JobDefinition, type Use } from "@caretaker/queue";
import { type AuditLog, createAuditLog } from "./audit/audit-log.ts";
import { searchAudit } from "./audit/search-audit.ts";
import { checkCapture } from "./changes/check-capture.ts";
import { checkClocks } from "./check-clocks.ts";
import { type Check, runChecks } from "./checks.ts";
import { type ConnectionSettings, type Connections, openConnections } from "./connections.ts";
import type { Domain } from "./domain.ts";
import { readEntriesOf } from "./entry-reader.ts";
import { buildFilters } from "./existing.ts";
import { checkIndexes } from "./indexes/check-indexes.ts";
import { type Admission, createAdmission } from "./intake/admission.ts";
import { createRateLimiter, type RateLimiter } from "./intake/rate-limiter.ts";
import { createJobFinder } from "./jobs/find-job.ts";
import { createJobOperations, type JobOperations } from "./jobs/job-operations.ts";
import { jobsOf } from "./jobs/jobs-of.ts";
import { type PayloadSchema, payloadSchemas } from "./jobs/payload-schemas.ts";
import { withReads } from "./jobs/warm-reads.ts";
import { locks } from "./locks.ts";
import { createMessages, type Messages } from "./messages/messages.ts";
import { publisher } from "./messages/publisher.ts";
import { type BoundPort, openPorts, standIn } from "./ports.ts";
import { createRelays, type Relays } from "./relays.ts";
import { restoreRun } from "./restore-run.ts";
import { jobOfRuns } from "./runs/job-of-runs.ts";
import { createRuns, type Runs } from "./runs/runs.ts";
import { createScheduleQueues } from "./schedules/schedule-queues.ts";
import { createSchedules, type Schedules } from "./schedules/schedules.ts";
import { createWork, type Work } from "./work.ts";

export interface EngineSettings extends ConnectionSettings {
  readonly domains: readonly Domain[];
  readonly clock?: () => Date;
  /** How long a batch of rows should take, ms; default 200. */
  readonly batchTargetMs?: number;
  /** Services in the place of those that domains bind to their ports. */
  readonly ports?: readonly BoundPort[];
}

/** Everything that follows from domains' facts, over a database and two Redis servers. */
export interface Engine extends AsyncDisposable, Pick<Connections, "db" | "cache" | "queues" | "events">, JobOperations, Relays, Runs, Work {
  readonly domains: readonly Domain[];
  /** What its workers run. */
  readonly jobs: readonly JobDefinition[];
  readonly messages: Messages;
  readonly schedules: Schedules;
  /** A service outside, by its port. */
  readonly use: Use;
  /** What callers may put into a queue, domain by domain. */
  payloadSchemas(queue: QueueName): PayloadSchema[];
  /** What is known of a job, in Redis or else from its runs; `undefined` if nothing is. A warm-up says how many of its values were read. */
  recallJob(queue: QueueName, id: string): Promise<JobView | undefined>;
  /** Counts requests of callers together with all other processes. */
  limitRate(limit: number, windowMs: number): RateLimiter;
  /** Keeps the backlog of each queue below `cap`. */
  admitJobs(cap: number): Admission;
  /** Has the rows put back that a run has quarantined or archived: a run's number or id, or its job's id. Throws `UnknownRun`. */
  restore(run: string, options?: EnqueueOptions): Promise<AcceptedJob>;
  /** Where processes note the changes that people and programs make. */
  readonly audit: AuditLog;
  /** A page of these changes, the latest first. */
  searchAudit(search: AuditSearch): Promise<AuditPage>;
  /** Tells existence filters what there is, for all processes. */
  buildFilters(): Promise<void>;
  /** Looks at everything the engine needs. */
  check(): Promise<Check[]>;
  /** Compares this machine's clock with those of the servers. */
  checkClocks(): Promise<Check>;
  /** Looks whether changes are captured of all tables whose changes domains want to hear of; the database has to be migrated. */
  checkCapture(): Promise<Check>;
  /** Looks for indexes that domains need and have not, and for those that nothing uses; the database has to be migrated. */
  checkIndexes(): Promise<Check>;
}

/** The engine over a database and two Redis servers; disposing of it closes their connections. */
export function createEngine(settings: EngineSettings): Engine {
  const { domains, clock = () => new Date(), batchTargetMs: targetMs = 200 } = settings;
  const connections = openConnections(settings, clock);
  const { db, cache, queues, events } = connections;
  const messages = createMessages(
    connections,
    domains.flatMap(({ subscriptions = [] }) => subscriptions),
  );
  const entries = domains.flatMap((domain) => domain.entries);
  const jobs = domains.flatMap((domain) => jobsOf(domain, { db, cache, events, entries, targetMs }));
  const all = [...jobs, ...messages.jobs];
  const jobFor = createJobFinder(jobs, domains);
  const own = [readEntriesOf(domains, cache), standIn(publisher, messages.publish), standIn(locks, cache.lock)];
  const ports = openPorts([...domains.flatMap((domain) => domain.ports ?? []), ...own, ...(settings.ports ?? [])]);
  const operations = createJobOperations(connections, jobFor);
  const runs = createRuns(connections, all);
  const schedules = createSchedules(db, domains, createScheduleQueues(connections, { domains, jobs, jobFor, enqueue: operations.enqueue }));
  const audit = createAuditLog(db);
  return {
    ...{ domains, jobs: all, db, cache, queues, events, messages, schedules, audit, use: ports.use },
    ...operations,
    ...runs,
    ...createWork(connections, { jobs: all, schedules, runLog: runs.runLog, clock, use: ports.use, messages }),
    ...createRelays(connections, domains, messages.publish),
    payloadSchemas: (queue) => payloadSchemas(jobs, queue),
    recallJob: async (queue, id) => withReads(cache, (await operations.readJob(queue, id)) ?? jobOfRuns(await runs.readRunsOf(queue, id))),
    limitRate: (limit, windowMs) => createRateLimiter({ redis: connections.queueRedis, prefix: connections.queuePrefix, limit, windowMs }),
    admitJobs: (cap) => createAdmission(connections, cap),
    restore: (run, options) => restoreRun({ db, domains, jobs, producer: createProducer(queues) }, run, options),
    searchAudit: (search) => searchAudit(db, search),
    checkCapture: () => checkCapture(db, domains),
    checkIndexes: () => checkIndexes(db, domains),
    checkClocks: () => checkClocks(connections),
    buildFilters: () => buildFilters({ db, cache, domains }),
    check: () => runChecks(connections),
    async [Symbol.asyncDispose]() {
      await ports[Symbol.asyncDispose]();
      await Promise.all([runs.runLog[Symbol.asyncDispose](), audit[Symbol.asyncDispose]()]);
      await connections[Symbol.asyncDispose]();
    },
  };
}
