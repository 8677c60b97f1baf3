import type { QueueName, RunView } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { type RunRow, runColumns, viewOfRun } from "./run-row.ts";

/** The attempts of a job that have ended, in order; also of one that Redis has forgotten. */
export async function readRunsOf({ pool }: Db, queue: QueueName, jobId: string): Promise<RunView[]> {
  const text = `select ${runColumns} from job_runs runs where queue = $1 and job_id = $2 order by started_at, id`;
  return (await pool.query<RunRow>(text, [queue, jobId])).rows.map(viewOfRun);
}

/** The run with an id, or `undefined`. */
export async function readRun({ pool }: Db, id: string): Promise<RunView | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const { rows } = await pool.query<RunRow>(`select ${runColumns} from job_runs runs where id = $1`, [id]);
  return rows[0] && viewOfRun(rows[0]);
}
