import type { QueueName, ScheduleRules } from "@caretaker/contracts";
import { type Db, inTransaction } from "@caretaker/db";
import type pg from "pg";
import { type Decision, decide } from "./decide.ts";
import { slotsAfter } from "./slots.ts";

/** A slot that is settled later than this after its time was missed. */
const punctualMs = 10_000;
/** Slots of one schedule that one pass settles; more than `missedCap` can be. */
const slotsAtOnce = 10_000;

interface DueSchedule {
  readonly id: string;
  readonly queue: QueueName;
  readonly rules: ScheduleRules;
  readonly nextAt: Date;
  readonly now: Date;
}

/** Schedules with slots that have no row yet. Who gets one's lock settles it; the others pass it by. */
const selectDue = `
  select id, queue, facts || override as rules, next_at as "nextAt", now() as now from schedules
  where not paused and next_at <= now() order by id for update skip locked`;
const selectOpen = `
  select schedule_id as id, array_agg(scheduled_for order by scheduled_for) as open from schedule_fires
  where schedule_id = any($1) and outcome in ('ran', 'late') and ended_at is null group by schedule_id`;
const insertFires = `
  insert into schedule_fires (schedule_id, queue, scheduled_for, outcome, job_id)
  select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) on conflict do nothing`;
const moveOn = `
  update schedules set next_at = moved.next_at from unnest($1::text[], $2::timestamptz[]) moved (id, next_at) where schedules.id = moved.id`;

/** The id of the job of a slot: there is one for each, whoever makes it. */
export const jobIdOf = (scheduleId: string, slot: Date): string => `${scheduleId}.${slot.getTime()}`;

/**
 * Gives every slot that has come due its row, by PostgreSQL's clock. The rows and the step over their slots are one
 * transaction under the schedule's lock, so that each slot gets one row, whoever else does the same. Resolves to the number of rows.
 */
export async function settle(db: Db): Promise<number> {
  let total = 0;
  for (let more = true; more; ) {
    const settled = await inTransaction(db.pool, settleOnce);
    total += settled.rows;
    more = settled.more;
  }
  return total;
}

async function settleOnce(client: pg.PoolClient): Promise<{ rows: number; more: boolean }> {
  const { rows: due } = await client.query<DueSchedule>(selectDue);
  if (due.length === 0) return { rows: 0, more: false };
  const { rows: open } = await client.query<{ id: string; open: Date[] }>(selectOpen, [due.map(({ id }) => id)]);
  const openOf = new Map(open.map((row) => [row.id, row.open]));
  const settled = due.map((schedule) => settleSchedule(schedule, openOf.get(schedule.id) ?? []));
  const fires = settled.flatMap(({ schedule, decisions }) => decisions.map((decision) => fireOf(schedule, decision)));
  const column = <Key extends keyof (typeof fires)[number]>(key: Key) => fires.map((fire) => fire[key]);
  await client.query(insertFires, [column("id"), column("queue"), column("slot"), column("outcome"), column("jobId")]);
  await client.query(moveOn, [settled.map(({ schedule }) => schedule.id), settled.map(({ nextAt }) => nextAt)]);
  return { rows: fires.length, more: settled.some(({ moreFollow }) => moreFollow) };
}

function settleSchedule(schedule: DueSchedule, open: readonly Date[]) {
  const { rules, nextAt, now } = schedule;
  const due: Date[] = [];
  let following: Date | undefined;
  for (const slot of slotsAfter(rules.when, nextAt.getTime() - 1)) {
    following = new Date(slot);
    if (following > now || due.length === slotsAtOnce + rules.missedCap) break;
    due.push(following);
  }
  const moreFollow = due.length === slotsAtOnce + rules.missedCap;
  const slots = moreFollow ? due.slice(0, slotsAtOnce) : due;
  const decisions = decide(rules, slots, { onTimeFrom: new Date(now.getTime() - punctualMs), open, moreFollow });
  return { schedule, decisions, moreFollow, nextAt: moreFollow ? (due[slotsAtOnce] as Date) : (following as Date) };
}

const fireOf = ({ id, queue }: DueSchedule, { slot, outcome, runsAs }: Decision) => ({
  ...{ id, queue, slot, outcome },
  jobId: runsAs && jobIdOf(id, runsAs),
});
