import type { QueueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { StatesOf } from "../schedules/close-ended.ts";

const atOnce = 500;
const candidates = `
  select queue, array_agg(job_id) as ids from (
    select queue, job_id from running_attempts where started_at < now() - interval '1 minute' order by started_at limit ${atOnce}
  ) old group by queue`;
const close = `
  with gone as (delete from running_attempts where queue = $1 and job_id = any($2) returning *)
  insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, worker, finished_at, outcome, final, error)
  select queue, job_id, name, domain, payload, attempt, started_at, worker, now(), 'stalled', false, 'its worker was lost, and the job with it'
  from gone on conflict do nothing`;

/** Ends attempts that nobody will ever end: Redis says that their jobs have ended, or knows them no longer. Resolves to their number. */
export async function closeStalled({ pool }: Db, statesOf: StatesOf): Promise<number> {
  const { rows } = await pool.query<{ queue: QueueName; ids: string[] }>(candidates);
  let closed = 0;
  for (const { queue, ids } of rows) {
    const states = await statesOf(queue, ids);
    const lost = ids.filter((_id, index) => states[index] !== "open");
    if (lost.length > 0) closed += (await pool.query(close, [queue, lost])).rowCount ?? 0;
  }
  return closed;
}
