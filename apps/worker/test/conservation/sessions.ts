import type { Db } from "@caretaker/engine";

export const asOf = "2026-01-01T00:00:00Z";
/** What is older is archived, and what is older than the second one deleted for good. */
export const limits = { archiveOlderThanDays: 365, deleteOlderThanDays: 900 };

/** Ended sessions of three years, one in fifty of them wrong, and a truth beside them that says what each has to look like. */
export async function fillSessions({ pool }: Db, rows: number): Promise<void> {
  const client = await pool.connect();
  await client.query("set caretaker.capture = 'off'"); // days that have changed would keep rows from being deleted
  await client.query("insert into rollups (name, source, built_at) values ('learning.daily', 'study_sessions', now())");
  await client.query("insert into users (id, email, username) select g, 'u' || g, 'u' || g from generate_series(1, 500) g");
  await client.query(
    `insert into study_sessions (user_id, start_time, end_time, duration_minutes, effectiveness_rating, focus_score, notes, subject_category)
     select case when g % 50 = 1 then 100000 else 1 + g % 500 end, start_time, start_time + case when g % 50 = 2 then -1 else 1 end * interval '31.123456 minutes',
       case when g % 50 = 3 then -31 else 31 end, 1 + g % 5, (g % 100) / 100.0, case when g % 3 = 0 then E'tab\\there, "quotes", \\\\ and 日本' end, 'history'
     from generate_series(1, $1::int) g, lateral (select timestamptz '${asOf}' - (g::float8 / $1) * interval '1095 days' as start_time) at`,
    [rows],
  );
  await client.query("create table truth as table study_sessions");
  await client.query("alter table truth add primary key (id)");
  await client.query("analyze");
  client.release(true);
}

const columns = `id, user_id, start_time, end_time, duration_minutes, content_covered, effectiveness_rating, focus_score, break_count, is_active, notes,
  course_progress_id, subject_category, learning_environment, device_type, created_at, updated_at`;
const everywhere = `
  select ${columns} from study_sessions union all select ${columns} from study_sessions_archive
  union all select ${columns} from (select (jsonb_populate_record(null::study_sessions, "row")).* from learning_quarantine) quarantined`;

/** How the sessions of all tables compare with the truth, column by column. */
export interface Comparison {
  /** Rows in some table that are not as the truth has them, or are there twice. */
  readonly strange: number;
  readonly missing: number;
  /** Rows that runs have counted as deleted for good. */
  readonly purged: number;
  /** Missing rows that were too young to be deleted. */
  readonly wronglyDeleted: number;
}

/** Looks at every column of every row. */
export async function compareWithTruth({ pool }: Db): Promise<Comparison> {
  const count = async (text: string) => Number((await pool.query<{ rows: string }>(text)).rows[0]?.rows ?? 0);
  const missing = `(select ${columns} from truth except all (${everywhere})) missing`;
  return {
    strange: await count(`select count(*) as rows from ((${everywhere}) except all select ${columns} from truth) strange`),
    missing: await count(`select count(*) as rows from ${missing}`),
    purged: await count("select coalesce(sum((progress -> 'counts' -> 'study-sessions purged' ->> 'done')::int), 0) as rows from job_fences"),
    wronglyDeleted: await count(
      `select count(*) as rows from ${missing} where start_time >= timestamptz '${asOf}' - interval '${limits.deleteOlderThanDays} days'`,
    ),
  };
}

/** Changes rows that are live, and adds old ones, until it is stopped; the truth changes in the same transaction. */
export function keepChanging({ pool }: Db, rows: number): { stop(): Promise<number> } {
  let [changing, changes] = [true, 0];
  const done = (async () => {
    const client = await pool.connect();
    await client.query("set caretaker.capture = 'off'");
    while (changing) {
      const statement = changes % 10 === 0 ? add : change;
      await client.query(statement, [1 + Math.floor(Math.random() * rows)]);
      changes += 1;
    }
    client.release(true);
  })();
  return {
    async stop() {
      changing = false;
      await done;
      return changes;
    },
  };
}

const change = `
  with changed as (
    update study_sessions set notes = 'change ' || gen_random_uuid(), is_active = random() < 0.1, updated_at = clock_timestamp() where id = $1
    returning id, notes, is_active, updated_at
  )
  update truth set notes = changed.notes, is_active = changed.is_active, updated_at = changed.updated_at from changed where truth.id = changed.id`;
const add = `
  with added as (
    insert into study_sessions (user_id, start_time, duration_minutes, notes)
    select 1 + $1::int % 500, timestamptz '${asOf}' - random() * interval '1000 days', 10, 'added' returning *
  )
  insert into truth select * from added`;
