import type { QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";

/** A slot whose job is to be put into its queue. */
export interface PendingFire {
  readonly scheduleId: string;
  readonly slot: Date;
  readonly queue: QueueName;
  readonly job: string;
  readonly jobId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const atOnce = 500;

/** Slots that wait for their turn; where runs may not overlap, the first one, once no other has its job in Redis. */
const selectPending = `
  select id as "scheduleId", slot, queue, job, "jobId", payload from (
    select s.id, f.scheduled_for as slot, f.queue, s.job, f.job_id as "jobId", f.enqueued_at, (s.facts || s.override) -> 'payload' as payload,
      (s.facts || s.override) ->> 'overlap' = 'allow' as free,
      bool_or(f.enqueued_at is not null) over (partition by s.id) as running,
      f.scheduled_for = min(f.scheduled_for) over (partition by s.id) as first
    from schedule_fires f join schedules s on s.id = f.schedule_id
    where f.outcome in ('ran', 'late') and f.ended_at is null
  ) open
  where enqueued_at is null and (free or (first and not running)) order by slot limit ${atOnce}`;
const markEnqueued = `
  update schedule_fires fires set enqueued_at = now() from unnest($1::text[], $2::timestamptz[]) given (id, slot)
  where fires.schedule_id = given.id and fires.scheduled_for = given.slot and fires.enqueued_at is null`;

/**
 * Hands the jobs of slots over to Redis and notes that. If it dies between the two, they are handed over again: a slot's job
 * has one id, and Redis takes no id twice. Resolves to their number.
 */
export async function handOut({ pool }: Db, add: (queue: QueueName, fires: readonly PendingFire[]) => Promise<unknown>): Promise<number> {
  let total = 0;
  for (let count = atOnce; count === atOnce; total += count) {
    const { rows } = await pool.query<PendingFire>(selectPending);
    count = rows.length;
    if (count === 0) break;
    for (const [queue, fires] of Map.groupBy(rows, (fire) => fire.queue)) await add(queue, fires);
    await pool.query(markEnqueued, [rows.map(({ scheduleId }) => scheduleId), rows.map(({ slot }) => slot)]);
  }
  return total;
}
