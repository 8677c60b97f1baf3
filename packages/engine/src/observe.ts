import { queueName } from "@caretaker/contracts";
import { currentRequest, type WorkerHost } from "@caretaker/queue";
import { createLineLimit, type Logger, type Telemetry } from "@caretaker/service";
import type { AuditLog } from "./audit/audit-log.ts";
import type { ChangeFollower } from "./changes/follow-changes.ts";
import type { Engine } from "./engine.ts";
import { observeCache } from "./observe-cache.ts";
import { observeRatios } from "./observe-ratios.ts";
import { observeTables } from "./observe-tables.ts";

/** Turns an engine's events into metrics and log lines: the one place that chooses level and wording. */
export function observe(engine: Engine, log: Logger, telemetry: Telemetry): void {
  engine.events.on("connection", ({ to, error }) => log.warn({ err: error }, `connection to ${to} lost; trying again`));
  engine.events.on("slow", ({ what, name, ms }) => log.warn({ name, ms, requestId: currentRequest() }, `slow ${what}`));
  engine.runLog.events.on("delayed", ({ waiting, error }) => log.warn({ err: error, waiting }, "runs can't be written now; trying again"));
  engine.runLog.events.on("dropped", ({ attempts, error }) => log.error({ err: error, attempts }, "runs that will not be in job_runs"));
  observeAudit(engine.audit, log);
  engine.messages.events.on("published", ({ taken, refused }) => {
    for (const subscription of taken) telemetry.messages.inc({ subscription, outcome: "taken" });
    for (const subscription of refused) telemetry.messages.inc({ subscription, outcome: "refused" });
  });
  observeCache(engine.cache, log, telemetry);
  observeRatios(engine, telemetry);
  observeQueues(engine, telemetry);
  observeTables(engine.db, telemetry);
}

/** The same for the log of changes by itself. */
export function observeAudit({ events }: AuditLog, log: Logger): void {
  events.on("delayed", ({ waiting, error }) => log.warn({ err: error, waiting }, "changes can't be written to audit_log now; trying again"));
  events.on("dropped", ({ changes }) => log.error({ changes }, "changes that will not be in audit_log"));
}

/** Gauges that are read when they are asked for. */
function observeQueues({ queues, db }: Engine, telemetry: Telemetry): void {
  telemetry.beforeScrape(async () => {
    telemetry.poolConnections.set({ state: "total" }, db.pool.totalCount);
    telemetry.poolConnections.set({ state: "idle" }, db.pool.idleCount);
    telemetry.poolConnections.set({ state: "waiting" }, db.pool.waitingCount);
    await Promise.all(
      queueName.options.map(async (queue) => {
        const [counts, [first], [inLine]] = await Promise.all([
          queues[queue].getJobCounts(),
          queues[queue].getJobs(["waiting"], 0, 0, true),
          queues[queue].getJobs(["prioritized"], 0, 0, true),
        ]);
        const oldest = Math.min(first?.timestamp ?? Date.now(), inLine?.timestamp ?? Date.now());
        for (const [state, count] of Object.entries(counts)) telemetry.jobCount.set({ queue, state }, count);
        telemetry.oldestWaiting.set({ queue }, (Date.now() - oldest) / 1_000);
      }),
    );
  });
}

/** Lines a second of each kind that a worker host may log when everything goes wrong at once. */
const linesPerSecond = 3;

/** The same for a worker host. */
export function observeWorker({ events }: WorkerHost, log: Logger, { jobDuration }: Telemetry): void {
  const [failures, stalls, errors] = [createLineLimit(linesPerSecond), createLineLimit(linesPerSecond), createLineLimit(linesPerSecond)];
  events.on("completed", ({ ms, ...job }) => {
    jobDuration.observe({ queue: job.queue, name: job.name, outcome: "completed" }, ms / 1_000);
    log.debug({ ...job, ms }, "job completed");
  });
  events.on("failed", ({ ms, error, final, ...job }) => {
    jobDuration.observe({ queue: job.queue, name: job.name, outcome: final ? "failed" : "retried" }, ms / 1_000);
    const text = final ? "job failed for good" : "job failed, to be tried again";
    failures((leftOut) => log[final ? "error" : "warn"]({ ...job, ms, err: error, leftOut }, text));
  });
  events.on("cancelled", ({ ms, cancellation, ...job }) => {
    jobDuration.observe({ queue: job.queue, name: job.name, outcome: "cancelled" }, ms / 1_000);
    log.debug({ ...job, ms, ...cancellation }, "job cancelled");
  });
  events.on("stalled", (job) => stalls((leftOut) => log.warn({ ...job, leftOut }, "job stalled: its worker is gone; it waits again")));
  events.on("error", (error) => errors((leftOut) => log.warn({ err: error, leftOut }, "worker error")));
}

/** The same for what hands on changes, jobs and messages. */
export function observeRelay({ events }: ChangeFollower, log: Logger): void {
  events.on("delayed", (error) => log.warn({ err: error }, "changes or jobs of the outbox can't be handed on now; trying again"));
  events.on("setAside", ({ rows }) => log.error({ rows: rows.slice(0, 10), count: rows.length }, "rows of job_outbox can't be handed over and stay"));
  events.on("current", ({ current, lagMs }) =>
    log[current ? "info" : "warn"](
      { lagMs },
      current ? "changes are announced in time" : "changes are not announced in time: nothing cached is served",
    ),
  );
}
