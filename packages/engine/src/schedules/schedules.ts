import {
  type AcceptedJob,
  type NewSchedule,
  newSchedule,
  type ScheduleChange,
  type ScheduleFire,
  type ScheduleView,
  type ScheduleWhen,
  scheduleChange,
  scheduleWhen,
} from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { EnqueueOptions } from "@caretaker/queue";
import { checked } from "../checked.ts";
import type { Domain } from "../domain.ts";
import { singleFlight } from "../single-flight.ts";
import { closeEnded } from "./close-ended.ts";
import { databaseNow } from "./database-now.ts";
import { declare, declaredSchedules } from "./declare.ts";
import { handOut } from "./hand-out.ts";
import { backfillSchedule, changeSchedule, createSchedule, pauseSchedule, removeSchedule, resetSchedule, resumeSchedule } from "./operate.ts";
import { allSchedules, type FiresPage, findSchedule, readFires, rulesOf, viewOf } from "./read-schedules.ts";
import type { ScheduleQueues } from "./schedule-queues.ts";
import { ScheduleRefused } from "./schedule-refused.ts";
import { settle } from "./settle.ts";
import { checkTiming, takeSlots } from "./slots.ts";

const previewed = 10;

/** What a pass over the schedules did: slots that got their row, jobs handed over to Redis, and jobs that Redis had lost. */
interface SweepResult {
  readonly settled: number;
  readonly handedOut: number;
  readonly lost: number;
}

/** The schedules of an installation; PostgreSQL holds them. What can't be done throws `ScheduleRefused`, `TimingRefused` or `PayloadInvalid`. */
export interface Schedules {
  list(): Promise<ScheduleView[]>;
  get(id: string): Promise<ScheduleView>;
  /** The next ten fires of a schedule, or of a timing that none has yet. */
  preview(of: string | ScheduleWhen): Promise<string[]>;
  fires(id: string, page?: FiresPage): Promise<ScheduleFire[]>;
  create(schedule: NewSchedule): Promise<ScheduleView>;
  change(id: string, change: ScheduleChange): Promise<ScheduleView>;
  /** Takes back all that was changed of a declared schedule. */
  reset(id: string): Promise<ScheduleView>;
  pause(id: string): Promise<ScheduleView>;
  resume(id: string): Promise<ScheduleView>;
  remove(id: string): Promise<void>;
  /** Puts a schedule's job into its queue now; no slot is used up. */
  runNow(id: string, options?: EnqueueOptions): Promise<AcceptedJob>;
  /** Has slots run that did not; resolves to their number. */
  backfill(id: string, range: { from: Date; to: Date }): Promise<number>;
  /** Makes the declared schedules those of this version; for workers, once, when they start. Resolves to the ids it changed. */
  declare(): Promise<string[]>;
  /** One pass: notes jobs that have ended, gives due slots their rows, hands their jobs over. Any number of replicas may do this at once. */
  sweep(): Promise<SweepResult>;
  /** Puts BullMQ's job schedulers right; resolves to the ids of those it changed. */
  sync(): Promise<string[]>;
}

/** The schedules of `domains` in `db`, with their jobs in `queues`. */
export function createSchedules(db: Db, domains: readonly Domain[], queues: ScheduleQueues): Schedules {
  const get = async (id: string) => viewOf(await findSchedule(db.pool, id));
  const changing = (change: (db: Db, id: string) => Promise<void>) => async (id: string) => {
    await change(db, id);
    return get(id);
  };
  return {
    list: async () => (await allSchedules(db)).map(viewOf),
    get,
    async preview(of) {
      const when = typeof of === "string" ? rulesOf(await findSchedule(db.pool, of)).when : checked(scheduleWhen, of, "a timing");
      const now = await databaseNow(db.pool);
      checkTiming(when, { now });
      return takeSlots(when, now, previewed).map((slot) => slot.toISOString());
    },
    fires: (id, page) => readFires(db, id, page),
    async create(schedule) {
      const made = checked(newSchedule, schedule, "a schedule");
      const job = queues.checkPayload(made.queue, { domain: domainOf(domains, made.id), ...made.payload });
      await createSchedule(db, made, job);
      return get(made.id);
    },
    async change(id, change) {
      const { queue, domain, job } = await findSchedule(db.pool, id);
      const { payload, ...rest } = checked(scheduleChange, change, "a schedule's change");
      if (payload && queues.checkPayload(queue, { domain, ...payload }) !== job) {
        throw new ScheduleRefused("SCHEDULE_JOB_FIXED", `schedule ${id} is for ${job}: make another one for another job`);
      }
      await changeSchedule(db, id, payload ? { ...rest, payload } : rest);
      return get(id);
    },
    reset: changing(resetSchedule),
    pause: changing(pauseSchedule),
    resume: changing(resumeSchedule),
    remove: (id) => removeSchedule(db, id),
    async runNow(id, options) {
      const row = await findSchedule(db.pool, id);
      return queues.runNow(row, { domain: row.domain, ...rulesOf(row).payload }, options);
    },
    backfill: (id, { from, to }) => backfillSchedule(db, id, from, to),
    async declare() {
      await settle(db);
      return declare(db, declaredSchedules(domains));
    },
    sweep: singleFlight(async () => {
      const lost = await closeEnded(db, queues.statesOf);
      const settled = await settle(db);
      return { lost, settled, handedOut: await handOut(db, queues.add) };
    }),
    sync: async () => queues.syncSchedulers(await allSchedules(db)),
  };
}

function domainOf(domains: readonly Domain[], id: string): string {
  const [name = ""] = id.split(".");
  if (domains.some((domain) => domain.name === name)) return name;
  throw new ScheduleRefused("UNKNOWN_DOMAIN", `there is no domain ${name}; known: ${domains.map((domain) => domain.name).join(", ")}`);
}
