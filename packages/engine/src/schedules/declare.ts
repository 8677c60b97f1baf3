import type { QueueName, ScheduleRules } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { Domain, ScheduleFacts } from "../domain.ts";
import { databaseNow } from "./database-now.ts";
import { checkTiming, nextSlot } from "./slots.ts";

/** A schedule as code declares it. */
export interface DeclaredSchedule {
  readonly id: string;
  readonly domain: string;
  readonly queue: QueueName;
  readonly job: string;
  readonly facts: ScheduleRules;
}

/** The schedules of some domains. Throws `TimingRefused` if one's timing can't be kept. */
export const declaredSchedules = (domains: readonly Domain[]): DeclaredSchedule[] =>
  domains.flatMap(({ name, schedules }) => schedules.map((schedule) => declaredSchedule(name, schedule)));

function declaredSchedule(domain: string, { name, queue, job, when, payload, missed, missedCap, overlap }: ScheduleFacts): DeclaredSchedule {
  checkTiming(when);
  const facts = { when, payload, missed: missed ?? "latest", missedCap: missedCap ?? 100, overlap: overlap ?? "skip" };
  return { id: `${domain}.${name}`, domain, queue, job: job ?? `${domain}.${queue}`, facts };
}

/** An operator's override stays, and counts; one of the same id that an operator had made becomes an override. */
const upsert = `
  insert into schedules (id, domain, queue, job, declared, facts, next_at)
  select id, domain, queue, job, true, facts, next_at
  from jsonb_to_recordset($1) as given (id text, domain text, queue text, job text, facts jsonb, next_at timestamptz)
  on conflict (id) do update set
    domain = excluded.domain, queue = excluded.queue, job = excluded.job, declared = true, facts = excluded.facts, updated_at = now(),
    override = case when schedules.declared then schedules.override else schedules.facts end,
    next_at = case when schedules.declared and not schedules.override ? 'when' and schedules.facts -> 'when' <> excluded.facts -> 'when'
      then excluded.next_at else schedules.next_at end
  where not schedules.declared or (schedules.queue, schedules.job, schedules.facts) is distinct from (excluded.queue, excluded.job, excluded.facts)
  returning id`;
const removeOthers = "delete from schedules where declared and not id = any($1) returning id";
const dropPending = `
  update schedule_fires set outcome = 'missed', ended_at = now()
  where schedule_id = any($1) and outcome in ('ran', 'late') and ended_at is null and enqueued_at is null`;

/** Makes the declared schedules those of the code: new and changed ones are written, others removed. Resolves to the ids it changed. */
export async function declare({ pool }: Db, declared: readonly DeclaredSchedule[]): Promise<string[]> {
  const now = await databaseNow(pool);
  const given = declared.map(({ id, domain, queue, job, facts }) => ({ id, domain, queue, job, facts, next_at: nextSlot(facts.when, now) }));
  const written = await pool.query<{ id: string }>(upsert, [JSON.stringify(given.toSorted((a, b) => (a.id < b.id ? -1 : 1)))]);
  const removed = await pool.query<{ id: string }>(removeOthers, [declared.map(({ id }) => id)]);
  const gone = removed.rows.map(({ id }) => id);
  if (gone.length > 0) await pool.query(dropPending, [gone]);
  return [...written.rows.map(({ id }) => id), ...gone];
}
