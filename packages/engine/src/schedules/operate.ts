import type { newSchedule, ScheduleChange } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type { z } from "zod";
import { databaseNow } from "./database-now.ts";
import { findSchedule, rulesOf, type ScheduleRow } from "./read-schedules.ts";
import { ScheduleRefused } from "./schedule-refused.ts";
import { jobIdOf, settle } from "./settle.ts";
import { checkTiming, nextSlot, slotsAfter } from "./slots.ts";

/** Operators' schedules fire no more often; declared ones may. */
const atMostEveryMs = 10_000;
const backfillAtOnce = 1_000;

const insert = `
  insert into schedules (id, domain, queue, job, declared, facts, next_at) values ($1, $2, $3, $4, false, $5, $6) on conflict do nothing returning id`;
const update = `update schedules set facts = $2, override = $3, paused = $4, next_at = $5, updated_at = now() where id = $1`;
const remove = "delete from schedules where id = $1 and not declared returning id";
/** Slots that ran stay as they are; the others get a job of their own. */
const fill = `
  insert into schedule_fires as fires (schedule_id, queue, scheduled_for, outcome, job_id)
  select $1, $2, slot, 'late', job_id from unnest($3::timestamptz[], $4::text[]) given (slot, job_id)
  on conflict (schedule_id, scheduled_for) do update
  set outcome = 'late', job_id = excluded.job_id, queue = excluded.queue, settled_at = now(), enqueued_at = null, ended_at = null
  where fires.outcome not in ('ran', 'late')`;

/** Adds an operator's schedule for a job, of which all but the timing has been checked. Throws `ScheduleRefused` or `TimingRefused`. */
export async function createSchedule({ pool }: Db, schedule: z.output<typeof newSchedule>, job: string): Promise<void> {
  const { id, queue, ...facts } = schedule;
  const now = await databaseNow(pool);
  checkTiming(facts.when, { atMostEveryMs, now });
  const [domain] = id.split(".");
  const { rowCount } = await pool.query(insert, [id, domain, queue, job, facts, nextSlot(facts.when, now)]);
  if (rowCount === 0) throw new ScheduleRefused("SCHEDULE_EXISTS", `there is a schedule ${id} already`);
}

/** Changes what holds for a schedule, once its slots up to now are settled as it was. */
async function rewrite(db: Db, id: string, to: (row: ScheduleRow) => Partial<Pick<ScheduleRow, "facts" | "override" | "paused">>): Promise<void> {
  await settle(db);
  await inTransaction(db.pool, async (client) => {
    const row = await findSchedule(client, id, "for update");
    const next = { ...row, ...to(row) };
    const now = await databaseNow(client);
    const { when } = rulesOf(next);
    const sameTiming = JSON.stringify(when) === JSON.stringify(rulesOf(row).when) && next.paused === row.paused;
    if (!sameTiming) checkTiming(when, row.declared && !next.override.when ? { now } : { atMostEveryMs, now });
    await client.query(update, [id, next.facts, next.override, next.paused, sameTiming ? row.nextAt : nextSlot(when, now)]);
  });
}

/** No slot of a paused schedule is expected, so none gets a row. */
export const pauseSchedule = (db: Db, id: string): Promise<void> => rewrite(db, id, () => ({ paused: true }));

/** Goes on with the first slot after now. */
export const resumeSchedule = (db: Db, id: string): Promise<void> => rewrite(db, id, () => ({ paused: false }));

/** Changes an operator's schedule, or overrides a declared one. */
export const changeSchedule = (db: Db, id: string, change: ScheduleChange): Promise<void> =>
  rewrite(db, id, ({ declared, facts, override }) =>
    declared ? { override: { ...override, ...change } } : { facts: rulesOf({ facts, override: change }) },
  );

/** Takes back all that an operator has changed of a declared schedule, a pause included. */
export const resetSchedule = (db: Db, id: string): Promise<void> => rewrite(db, id, () => ({ override: {}, paused: false }));

/** Removes an operator's schedule; what became of its slots stays. A declared one would come back: pause it. */
export async function removeSchedule(db: Db, id: string): Promise<void> {
  await settle(db);
  const { rowCount } = await db.pool.query(remove, [id]);
  if (rowCount) return;
  await findSchedule(db.pool, id);
  throw new ScheduleRefused("SCHEDULE_DECLARED", `${id} is declared in code, which would bring it back: pause it instead`);
}

/** Has the slots from `from` until `to`, up to now, run that did not run; resolves to their number. Throws `ScheduleRefused`. */
export async function backfillSchedule(db: Db, id: string, from: Date, to: Date): Promise<number> {
  await settle(db);
  const row = await findSchedule(db.pool, id);
  const end = Math.min(to.getTime(), (await databaseNow(db.pool)).getTime());
  const slots: Date[] = [];
  for (const slot of slotsAfter(rulesOf(row).when, from.getTime() - 1)) {
    if (slot >= end) break;
    if (slots.push(new Date(slot)) > backfillAtOnce)
      throw new ScheduleRefused("BACKFILL_TOO_LARGE", `more than ${backfillAtOnce} slots: fill a shorter time`);
  }
  const { rowCount } = await db.pool.query(fill, [id, row.queue, slots, slots.map((slot) => jobIdOf(id, slot))]);
  return rowCount ?? 0;
}
