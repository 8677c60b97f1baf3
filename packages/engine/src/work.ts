import type { QueueName } from "@caretaker/contracts";
import {
  createWorkerHost,
  type DomainLimits,
  type JobDefinition,
  type JobEnd,
  type QueueLimits,
  syncLimits,
  type Use,
  type WorkerHost,
} from "@caretaker/queue";
import type { Connections } from "./connections.ts";
import type { Messages } from "./messages/messages.ts";
import { purgeFences } from "./run-fence.ts";
import type { RunLog } from "./runs/run-log.ts";
import type { Schedules } from "./schedules/schedules.ts";
import { tickJobs } from "./schedules/tick-job.ts";

/** What a worker process does with the engine. */
export interface Work {
  /** A worker for the queues named, so many jobs of each at once, whose attempts are logged; it takes none before it is started. */
  work(options: { name: string; concurrency: ReadonlyMap<QueueName, number>; domainLimits?: DomainLimits }): WorkerHost;
  /** Puts the limits of queues in Redis right; resolves to the queues whose limits it changed. */
  syncLimits(limits: ReadonlyMap<QueueName, QueueLimits>): Promise<QueueName[]>;
  /** Forgets the fences and progress of jobs that did nothing for 30 days; resolves to these jobs. */
  forgetOldFences(): Promise<string[]>;
}

interface Options {
  readonly jobs: readonly JobDefinition[];
  readonly schedules: Schedules;
  readonly runLog: RunLog;
  readonly clock: () => Date;
  readonly use: Use;
  readonly messages: Pick<Messages, "letGo">;
}

const keepFencesMs = 30 * 86_400_000;

/** Workers that run `jobs` and fire `schedules`. */
export function createWork(
  { db, queues, queueRedis: redis, queuePrefix: prefix }: Connections,
  { jobs, schedules, runLog, clock, use, messages }: Options,
): Work {
  return {
    work(options) {
      const host = createWorkerHost({ ...options, redis, prefix, queues, jobs: [...jobs, ...tickJobs(schedules.sweep)], use });
      const letGo = ({ name, id }: JobEnd) => messages.letGo(name, id).catch((error) => host.events.emit("error", error));
      host.events.on("failed", (end) => end.final && letGo(end));
      host.events.on("cancelled", letGo);
      host.events.on("attemptStart", runLog.started);
      host.events.on("attempt", runLog.ended);
      return host;
    },
    async syncLimits(limits) {
      const changed = await Promise.all([...limits].map(async ([queue, limit]) => ((await syncLimits(queues[queue], limit)) ? [queue] : [])));
      return changed.flat();
    },
    forgetOldFences: () => purgeFences(db, new Date(clock().getTime() - keepFencesMs)),
  };
}
