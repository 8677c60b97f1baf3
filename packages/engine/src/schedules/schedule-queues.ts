import { randomUUID } from "node:crypto";
import { type AcceptedJob, type QueueName, queueName, toMs } from "@caretaker/contracts";
import {
  createAddInOrder,
  type EnqueueOptions,
  type JobDefinition,
  jobEndStates,
  type PlannedJob,
  type SchedulerFacts,
  syncSchedulers,
} from "@caretaker/queue";
import { checked } from "../checked.ts";
import type { Connections } from "../connections.ts";
import type { Domain } from "../domain.ts";
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
  /** The name of the job that a payload is for. Throws `PayloadInvalid` if the job would refuse it. */
  checkPayload(queue: QueueName, payload: unknown): string;
  /** Puts a schedule's job into its queue now. */
  runNow(schedule: Pick<ScheduleRow, "id" | "queue" | "job">, payload: Record<string, unknown>, options?: EnqueueOptions): Promise<AcceptedJob>;
  syncSchedulers(schedules: readonly ScheduleRow[]): Promise<string[]>;
}

interface Options {
  readonly domains: readonly Domain[];
  readonly jobs: readonly JobDefinition[];
  readonly jobFor: (queue: QueueName, payload: unknown) => JobDefinition;
  readonly enqueue: (queue: QueueName, payload: unknown, options?: EnqueueOptions) => Promise<AcceptedJob>;
}

/** The queues as schedules use them. */
export function createScheduleQueues({ queueRedis, queuePrefix, queues }: Connections, { domains, jobs, jobFor, enqueue }: Options): ScheduleQueues {
  const definitions = new Map(jobs.map((job) => [`${job.queue} ${job.name}`, job]));
  const addInOrder = createAddInOrder(queueRedis, queuePrefix);
  const before = chainsBefore(domains);
  const planned = (fire: PendingFire): PlannedJob => ({
    ...{ queue: fire.queue, name: fire.job, id: fire.jobId },
    data: payloadAt(fire, definitions.get(`${fire.queue} ${fire.job}`)),
  });
  const chainOf = (fire: PendingFire): PlannedJob[] => [...before(fire).map(planned), planned(fire)];
  return {
    statesOf: (queue, ids) => jobEndStates(queueRedis, queues[queue], ids),
    async add(queue, fires) {
      const chains = fires.map(chainOf);
      const single = chains.flatMap((chain) => (chain.length === 1 ? chain : []));
      if (single.length > 0) await queues[queue].addBulk(single.map(({ name, data, id }) => ({ name, data, opts: { jobId: id } })));
      if (single.length < chains.length) await addInOrder(chains.filter(({ length }) => length > 1));
    },
    checkPayload(queue, payload) {
      const job = jobFor(queue, payload);
      checked(job.schema, payload, job.name);
      return job.name;
    },
    async runNow({ id: scheduleId, queue, job }, payload, options) {
      const fire = { scheduleId, queue, job, jobId: randomUUID(), slot: new Date(), payload };
      const chain = chainOf(fire);
      if (chain.length === 1 && (queue === "messages" || job === `${payload.domain}.${queue}`)) return enqueue(queue, payload, options);
      await addInOrder([chain]);
      return { id: fire.jobId, queue, name: job, state: chain.length === 1 ? "waiting" : "waiting-children", deduplicated: false };
    },
    async syncSchedulers(schedules) {
      const ticking = schedules.filter(({ paused }) => !paused);
      const changed = await Promise.all(
        queueName.options.map((queue) => syncSchedulers(queues[queue], ticking.filter((schedule) => schedule.queue === queue).map(schedulerOf))),
      );
      return changed.flat();
    },
  };
}

/** What the declared schedules say is done before a slot's job, as fires of its slot. */
function chainsBefore(domains: readonly Domain[]): (fire: PendingFire) => PendingFire[] {
  const declared = domains.flatMap(({ name, schedules }) =>
    schedules.map((schedule) => [`${name}.${schedule.name}`, { domain: name, ...schedule }] as const),
  );
  const byId = new Map<string, (typeof declared)[number][1]>(declared);
  return ({ scheduleId, slot, jobId }) => {
    const { domain = "", after = [] } = byId.get(scheduleId) ?? {};
    return after.map(({ queue, payload }, place) => ({ scheduleId, slot, queue, job: `${domain}.${queue}`, jobId: `${jobId}-${place}`, payload }));
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
