import type { AcceptedJob, NewSchedule, ScheduleChange, ScheduleFire, ScheduleView, ScheduleWhen } from "@caretaker/contracts";
import { createJob } from "../job.ts";
import { type OnceCall, postOnce } from "../post-once.ts";
import type { Call, Transport } from "../transport.ts";
import type { EnqueuedJob } from "./jobs.ts";

/** A time from one ISO 8601 instant until before another one. */
interface Span {
  from: string;
  to: string;
}

export interface Schedules {
  list(call?: Call): Promise<ScheduleView[]>;
  get(id: string, call?: Call): Promise<ScheduleView>;
  create(schedule: NewSchedule, call?: OnceCall): Promise<ScheduleView>;
  /** Changes a schedule; of a declared one, this is an override that deploys leave alone. */
  change(id: string, change: ScheduleChange, call?: Call): Promise<ScheduleView>;
  /** Takes back what was changed of a declared schedule. */
  reset(id: string, call?: Call): Promise<ScheduleView>;
  remove(id: string, call?: Call): Promise<void>;
  pause(id: string, call?: Call): Promise<ScheduleView>;
  resume(id: string, call?: Call): Promise<ScheduleView>;
  /** Puts a schedule's job into its queue now. */
  run(id: string, call?: OnceCall): Promise<EnqueuedJob>;
  /** Has slots of a time run that did not run; resolves to their number. */
  backfill(id: string, span: Span, call?: OnceCall): Promise<number>;
  /** What became of a schedule's slots, the latest first. */
  fires(id: string, page?: { before?: string; limit?: number }, call?: Call): Promise<ScheduleFire[]>;
  /** The next ten fires, of a schedule by its id or of a timing that is not saved. */
  preview(of: string | ScheduleWhen, call?: Call): Promise<string[]>;
}

const all = "/v1/schedules";
const pathOf = (id: string, rest = "") => `${all}/${encodeURIComponent(id)}${rest}`;

/** Jobs that are made again and again. */
export function createSchedules(transport: Transport): Schedules {
  const change = (id: string, verb: string, call: Call = {}) =>
    transport.ask<ScheduleView>(pathOf(id, `/${verb}`), { method: "POST", repeatable: true, ...call });
  return {
    list: async (call) => (await transport.ask<{ schedules: ScheduleView[] }>(all, call)).schedules,
    get: (id, call) => transport.ask(pathOf(id), call),
    create: (schedule, call) => postOnce(transport, all, schedule, call),
    change: (id, body, call = {}) => transport.ask(pathOf(id), { method: "PATCH", body, ...call }),
    reset: (id, call) => change(id, "reset", call),
    remove: async (id, call = {}) => void (await transport.send(pathOf(id), { method: "DELETE", ...call })),
    pause: (id, call) => change(id, "pause", call),
    resume: (id, call) => change(id, "resume", call),
    async run(id, call) {
      const accepted = await postOnce<AcceptedJob>(transport, pathOf(id, "/run"), undefined, call);
      return { ...accepted, ...createJob(transport, accepted.queue, accepted.id) };
    },
    backfill: async (id, span, call) => (await postOnce<{ slots: number }>(transport, pathOf(id, "/backfill"), span, call)).slots,
    fires: async (id, page = {}, call = {}) =>
      (await transport.ask<{ fires: ScheduleFire[] }>(pathOf(id, "/fires"), { query: { ...page }, ...call })).fires,
    async preview(of, call = {}) {
      const order = typeof of === "string" ? call : { query: { ...of }, ...call };
      return (await transport.ask<{ next: string[] }>(typeof of === "string" ? pathOf(of, "/preview") : `${all}/preview`, order)).next;
    },
  };
}
