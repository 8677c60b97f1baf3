import type { QueueName, ScheduleChange, ScheduleFire, ScheduleRules, ScheduleView } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type pg from "pg";
import { unknownSchedule } from "./schedule-refused.ts";

/** A schedule as the table has it. */
export interface ScheduleRow {
  readonly id: string;
  readonly domain: string;
  readonly queue: QueueName;
  readonly job: string;
  readonly declared: boolean;
  readonly facts: ScheduleRules;
  readonly override: ScheduleChange;
  readonly paused: boolean;
  readonly nextAt: Date;
}

export interface FiresPage {
  readonly before?: Date;
  readonly limit?: number;
}

const columns = `id, domain, queue, job, declared, facts, override, paused, next_at as "nextAt"`;
const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const selectFires = `
  select schedule_id as schedule, ${instantText("scheduled_for")} as "scheduledFor", outcome, job_id as "jobId",
    ${instantText("enqueued_at")} as "enqueuedAt", ${instantText("ended_at")} as "endedAt"
  from schedule_fires where schedule_id = $1 and scheduled_for < coalesce($2, 'infinity'::timestamptz) order by scheduled_for desc limit $3`;

/** What holds for a schedule: its facts, with what an operator has overridden. */
export const rulesOf = ({ facts, override }: Pick<ScheduleRow, "facts" | "override">): ScheduleRules => ({ ...facts, ...override }) as ScheduleRules;

/** A schedule as it is shown. */
export const viewOf = (row: ScheduleRow): ScheduleView => ({
  ...{ id: row.id, domain: row.domain, queue: row.queue },
  ...rulesOf(row),
  paused: row.paused,
  declared: row.declared ? row.facts : null,
  override: row.override,
  nextAt: row.paused ? null : row.nextAt.toISOString(),
});

/** All schedules, by id. */
export async function allSchedules({ pool }: Db): Promise<ScheduleRow[]> {
  return (await pool.query<ScheduleRow>(`select ${columns} from schedules order by id`)).rows;
}

/** A schedule, which a transaction may lock. Throws `ScheduleRefused` if there is none of this id. */
export async function findSchedule(
  connection: Pick<pg.ClientBase, "query"> | Db["pool"],
  id: string,
  lock: "" | "for update" = "",
): Promise<ScheduleRow> {
  const { rows } = await connection.query<ScheduleRow>(`select ${columns} from schedules where id = $1 ${lock}`, [id]);
  if (!rows[0]) throw unknownSchedule(id);
  return rows[0];
}

/** What became of a schedule's slots, the latest first; also of one that was removed. */
export async function readFires({ pool }: Db, id: string, { before, limit = 50 }: FiresPage = {}): Promise<ScheduleFire[]> {
  return (await pool.query<ScheduleFire>(selectFires, [id, before ?? null, limit])).rows;
}
