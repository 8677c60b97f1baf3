import type { Session } from "@caretaker/db";

/** Changes of one subject in a table; of everybody, if it has no subject. */
export interface Change {
  readonly source: string;
  readonly subject: string | null;
}

interface Taken {
  readonly changes: readonly Change[];
  /** Rows of the outbox that these are. */
  readonly rows: number;
}

/** Between a change and the warm-up that follows from it: changes of that time are warmed at once. */
const settleSeconds = 5;

/** Stands for a subject where a change of the source asks for a warm-up of what is popular. */
export const popularSubject = "";

/**
 * Takes rows out of the outbox that nobody else is taking, and notes for rollups and warm-ups what concerns them. A change of
 * everybody has all windows of its rollups computed again.
 */
const take = `
  with next as materialized (select id from change_outbox order by id limit $1 for update skip locked),
  taken as (delete from change_outbox o using next where o.id = next.id returning o.source, o.subject, o.instants, o.warm),
  windows as (
    insert into rollup_windows (rollup, subject, instants)
    select r.name, t.subject, t.instants from taken t join rollups r using (source) where t.subject is not null and t.instants is not null
  ),
  begun_again as (update rollups set built_at = null where source in (select source from taken where subject is null)),
  wanted as (
    insert into warmup_requests (source, subject, due_at)
    select source, subject, clock_timestamp() + interval '${settleSeconds} s' from taken where warm group by 1, 2 order by 1, 2
    on conflict do nothing
  ),
  wanted_popular as (
    insert into warmup_requests (source, subject, due_at)
    select distinct source, '${popularSubject}', clock_timestamp() from taken where source = any($2) order by 1
    on conflict do nothing
  )
  select source, subject, count(*)::int as rows from taken group by 1, 2`;

/**
 * Takes at most `limit` rows, in the transaction of `session`: they are back in the outbox if it ends otherwise than by a commit. Changes of
 * `popularSources` ask for a warm-up of what is popular.
 */
export async function takeChanges(session: Session, limit: number, popularSources: readonly string[]): Promise<Taken> {
  const { rows } = await session.query<Change & { rows: number }>(take, [limit, popularSources]);
  return { changes: rows, rows: rows.reduce((sum, row) => sum + row.rows, 0) };
}
