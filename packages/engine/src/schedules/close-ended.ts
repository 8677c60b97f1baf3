import type { QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { JobEndState } from "@caretaker/queue";

/** Asks Redis whether jobs of a queue have ended. */
export type StatesOf = (queue: QueueName, ids: string[]) => Promise<JobEndState[]>;

const atOnce = 1_000;

const selectOpen = `
  select queue, array_agg(job_id) as ids from (
    select queue, job_id from schedule_fires
    where outcome in ('ran', 'late') and ended_at is null and enqueued_at is not null limit ${atOnce}
  ) open group by queue`;

/** Fires by their own jobs: a row that was merged into another one has that one's job, and is not open. */
const ofJobs = "fires.queue = $1 and fires.job_id = any($2) and fires.outcome in ('ran', 'late') and fires.ended_at is null";
const close = `update schedule_fires fires set ended_at = now() where ${ofJobs}`;

/**
 * Jobs that Redis has forgotten: those that `job_runs` saw end have ended; the others are lost, unless they were handed
 * over just now. A lost job is handed over once more, late, if the schedule's policy makes up for what was missed.
 */
const closeForgotten = `
  with forgotten as (
    select fires.schedule_id, fires.scheduled_for,
      exists (select from job_runs runs where runs.queue = fires.queue and runs.job_id = fires.job_id and runs.final) as ended,
      fires.outcome = 'ran' and coalesce((schedules.facts || schedules.override) ->> 'missed' <> 'skip', false) as again
    from schedule_fires fires left join schedules on schedules.id = fires.schedule_id
    where ${ofJobs} and fires.enqueued_at < now() - interval '10 seconds'
  )
  update schedule_fires fires
  set outcome = case when ended then outcome when again then 'late' else 'missed' end,
    enqueued_at = case when ended or not again then enqueued_at end,
    ended_at = case when ended or not again then now() end
  from forgotten where fires.schedule_id = forgotten.schedule_id and fires.scheduled_for = forgotten.scheduled_for and fires.ended_at is null
  returning ended`;

/** Notes which jobs of slots have ended, and finds those that Redis has lost; resolves to the number of the lost. */
export async function closeEnded({ pool }: Db, statesOf: StatesOf): Promise<number> {
  const { rows } = await pool.query<{ queue: QueueName; ids: string[] }>(selectOpen);
  let lost = 0;
  for (const { queue, ids } of rows) {
    const states = await statesOf(queue, ids);
    const those = (state: JobEndState) => ids.filter((_id, index) => states[index] === state);
    if (states.includes("ended")) await pool.query(close, [queue, those("ended")]);
    if (!states.includes("gone")) continue;
    const { rows: forgotten } = await pool.query<{ ended: boolean }>(closeForgotten, [queue, those("gone")]);
    lost += forgotten.filter(({ ended }) => !ended).length;
  }
  return lost;
}
