import { type AcceptedJob, type QueueName, queueName, toMs } from "@caretaker/contracts";
import { type EnqueueOptions, type JobDefinition, jobEndStates, type SchedulerFacts, syncSchedulers } from "@caretaker/queue";
import { checked } from "../checked.ts";
import type { Connections } from "../connections.ts";
import type { StatesOf } from "./close-ended.ts";
import type { PendingFire } from "./hand-out.ts";
import { rulesOf, type ScheduleRow } from "./read-schedules.ts";
import { nextSlot } from "./slots.ts";
import { tickName } from "./tick-job.ts";

/** What schedules need of the queues. */
export interface ScheduleQueues {
  readonly statesOf: StatesOf;
  /** Puts the jobs of slots into a queue, in one round trip; one that is there already is left alone. */
  add(queue: QueueName, fires: readonly PendingFire[]): Promise<unknown>;
  /** Throws `PayloadInvalid` if a queue's job would refuse a payload. */
  checkPayload(queue: QueueName, payload: unknown): void;
  runNow(queue: QueueName, payload: unknown, options?: EnqueueOptions): Promise<AcceptedJob>;
  syncSchedulers(schedules: readonly ScheduleRow[]): Promise<string[]>;
}

interface Options {
  readonly jobs: readonly JobDefinition[];
  readonly jobFor: (queue: QueueName, payload: unknown) => JobDefinition;
  readonly enqueue: ScheduleQueues["runNow"];
}

/** The queues as schedules use them. */
export function createScheduleQueues({ queueRedis, queues }: Connections, { jobs, jobFor, enqueue }: Options): ScheduleQueues {
  const definitions = new Map(jobs.map((job) => [`${job.queue} ${job.name}`, job]));
  const jobOf = (fire: PendingFire) => ({
    name: fire.job,
    data: payloadAt(fire, definitions.get(`${fire.queue} ${fire.job}`)),
    opts: { jobId: fire.jobId },
  });
  return {
    statesOf: (queue, ids) => jobEndStates(queueRedis, queues[queue], ids),
    add: (queue, fires) => queues[queue].addBulk(fires.map(jobOf)),
    checkPayload(queue, payload) {
      const job = jobFor(queue, payload);
      checked(job.schema, payload, job.name);
    },
    runNow: enqueue,
    async syncSchedulers(schedules) {
      const ticking = schedules.filter(({ paused }) => !paused);
      const changed = await Promise.all(
        queueName.options.map((queue) => syncSchedulers(queues[queue], ticking.filter((schedule) => schedule.queue === queue).map(schedulerOf))),
      );
      return changed.flat();
    },
  };
}

/** The slot is what the job takes for now, unless its payload says another instant, or the job knows none. */
function payloadAt({ scheduleId, slot, payload }: PendingFire, job: JobDefinition | undefined): Record<string, unknown> {
  const [domain] = scheduleId.split(".");
  const timed = { domain, asOf: slot.toISOString(), ...payload };
  return job && !job.schema.safeParse(timed).success ? { domain, ...payload } : timed;
}

const schedulerOf = (row: ScheduleRow): SchedulerFacts => {
  const { when } = rulesOf(row);
  return {
    id: row.id,
    repeat: "every" in when ? { every: toMs(when.every), startDate: nextSlot(when, new Date()).getTime() } : when,
    job: { name: tickName, data: { schedule: row.id }, opts: { removeOnComplete: true, removeOnFail: true } },
  };
};
