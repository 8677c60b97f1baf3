import type { Db } from "@caretaker/db";
import type { AttemptRecord } from "./attempt-record.ts";

const begun = "queue, job_id, name, domain, payload, attempt, started_at, worker";
const columns = `${begun}, finished_at, outcome, final, error, result`;
const given = (more = "") =>
  `jsonb_to_recordset($1) as given (queue text, job_id text, name text, domain text, payload jsonb, attempt int, started_at timestamptz, worker text${more})`;
const ends = given(", finished_at timestamptz, outcome text, final boolean, error text, result jsonb");
const lost = "'stalled', false, 'its worker was lost', null::jsonb";

/** Ended attempts, but those that are there already; one that others took for stalled is put right by the word of its worker. */
const writeEnds = `
  with gone as (
    delete from running_attempts running using ${ends}
    where running.queue = given.queue and running.job_id = given.job_id and running.attempt = given.attempt
    returning running.queue, running.job_id, running.attempt, running.started_at
  )
  insert into job_runs as runs (${columns})
  select ${columns.replace("started_at", "coalesce(gone.started_at, given.started_at)")} from ${ends} left join gone using (queue, job_id, attempt)
  where not exists (
    select from job_runs runs where runs.queue = given.queue and runs.job_id = given.job_id
      and runs.finished_at = given.finished_at and runs.outcome = given.outcome
  )
  on conflict (queue, job_id, started_at) do update
  set finished_at = excluded.finished_at, outcome = excluded.outcome, final = excluded.final, error = excluded.error, result = excluded.result
  where runs.outcome = 'stalled'`;

/** Earlier attempts of these jobs that have not ended were stalled: a job has one attempt at a time. */
const writeStalled = `
  with gone as (
    delete from running_attempts running using ${given()}
    where running.queue = given.queue and running.job_id = given.job_id and running.attempt < given.attempt
    returning ${begun.replaceAll(/\w+/g, "running.$&")}
  )
  insert into job_runs (${columns}) select ${begun}, now(), ${lost} from gone on conflict do nothing`;

/** Attempts whose worker was lost before it could say that they had begun; just before the next one is as much as is known. */
const writeUnseen = `
  insert into job_runs (${columns})
  select queue, job_id, name, domain, payload, number, started_at - make_interval(secs => 0.001 * (given.attempt - number)), null, started_at, ${lost}
  from ${given()}, generate_series(1, given.attempt - 1) number
  where not exists (select from job_runs runs where runs.queue = given.queue and runs.job_id = given.job_id and runs.attempt = number)
  on conflict do nothing`;

/** Attempts under way, but those of which another worker, which took the job over, has already written the end. */
const writeStarts = `
  insert into running_attempts (${begun}) select ${begun} from ${given()}
  where not exists (
    select from job_runs runs where runs.queue = given.queue and runs.job_id = given.job_id
      and runs.attempt = given.attempt and runs.finished_at >= given.started_at
  )
  on conflict do nothing`;

/** Writes a batch of attempts, each of them once, also if it is written again because the answer got lost. */
export async function writeAttempts({ pool }: Db, records: readonly AttemptRecord[]): Promise<void> {
  const write = async (text: string, some: readonly AttemptRecord[]) => {
    if (some.length > 0) await pool.query(text, [`[${some.map(({ json }) => json).join()}]`]);
  };
  await write(
    writeEnds,
    records.filter(({ ended }) => ended),
  );
  await write(
    writeStalled,
    records.filter(({ attempt }) => attempt > 1),
  );
  await write(
    writeUnseen,
    records.filter(({ stalls }) => stalls > 0),
  );
  await write(
    writeStarts,
    records.filter(({ ended }) => !ended),
  );
}
