import { z } from "zod";
import { type Duration, duration, toMs } from "./duration.ts";
import { queueName } from "./queue-name.ts";

/** Beyond this, slots are at dates that neither JavaScript nor PostgreSQL knows. */
const longestInterval = "36500d";
const isInterval = (text: Duration) => toMs(text) >= 1 && toMs(text) <= toMs(longestInterval);

/** When a schedule fires: at the multiples of an interval since 1970, or by a cron pattern on a zone's clock. */
export const scheduleWhen = z.union([
  z.strictObject({ every: duration.refine(isInterval, `an interval is at least 1ms, and at most ${longestInterval}`) }),
  z.strictObject({ pattern: z.string().max(200), tz: z.string().max(64).default("UTC") }),
]);
export type ScheduleWhen = z.infer<typeof scheduleWhen>;

/** What becomes of slots that nobody was there for: none runs, the latest one runs, or all of them up to a cap, the latest ones. */
export const missedPolicy = z.enum(["skip", "latest", "all"]);
/** What becomes of a slot while the schedule's last job has not ended: it is skipped, one waits for the end, or it runs beside. */
export const overlapPolicy = z.enum(["skip", "queue-one", "allow"]);

/** What can be said of a schedule, and what an operator can override. */
export const scheduleFacts = z.strictObject({
  when: scheduleWhen,
  payload: z.record(z.string(), z.unknown()),
  missed: missedPolicy,
  missedCap: z.int().min(1).max(1_000),
  overlap: overlapPolicy,
});
export type ScheduleRules = z.infer<typeof scheduleFacts>;

const { when, payload, missed, missedCap, overlap } = scheduleFacts.shape;

/** A schedule as an operator makes it; `id` is `<domain>.<name>`. */
export const newSchedule = z.strictObject({
  id: z
    .string()
    .max(100)
    .regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/, "not <domain>.<name> in small letters, digits and hyphens"),
  queue: queueName,
  when,
  payload: payload.default({}),
  missed: missed.default("latest"),
  missedCap: missedCap.default(100),
  overlap: overlap.default("skip"),
});
export type NewSchedule = z.input<typeof newSchedule>;

/** A change to a schedule; what is left out stays. */
export const scheduleChange = scheduleFacts.partial();
export type ScheduleChange = z.infer<typeof scheduleChange>;

/** A schedule with all that is known of it; for a declared one `override` is what an operator has changed. */
export const scheduleView = scheduleFacts
  .extend({
    id: z.string(),
    domain: z.string(),
    queue: queueName,
    paused: z.boolean(),
    declared: scheduleFacts.nullable(),
    override: scheduleChange,
    nextAt: z.string().nullable(),
  })
  .meta({ id: "Schedule" });
export type ScheduleView = z.infer<typeof scheduleView>;

/** What became of a slot: it ran on time, or late; the last run was still under way; another slot's run stood for it; nobody was there. */
export const fireOutcome = z.enum(["ran", "late", "skipped", "coalesced", "missed"]);
export type FireOutcome = z.infer<typeof fireOutcome>;

/** A slot and what became of it; `jobId` is the job that ran for it, `endedAt` when that was seen to have ended. */
export const scheduleFire = z.object({
  schedule: z.string(),
  scheduledFor: z.string(),
  outcome: fireOutcome,
  jobId: z.string().nullable(),
  enqueuedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type ScheduleFire = z.infer<typeof scheduleFire>;
