import type { Db, Session } from "@caretaker/db";
import type { Window } from "./day-ranges.ts";

const turn = "select pg_advisory_xact_lock(hashtext('caretaker rollup ' || $1))";
const begin = `
  insert into rollups (name, source) values ($1, $2) on conflict (name) do update set source = excluded.source, built_at = null`;
const forget = "delete from rollup_windows where rollup = $1";
const finish = "update rollups set built_at = clock_timestamp() where name = $1";
const collect = `
  with taken as materialized (
    select id, source, subject, instants from change_outbox
    where source = $1 and subject is not null and instants is not null order by id limit $2 for update
  ), cleared as (update change_outbox o set instants = null from taken where o.id = taken.id),
  noted as (insert into rollup_windows (rollup, subject, instants) select r.name, t.subject, t.instants from taken t join rollups r using (source))
  select count(*)::int as rows from taken`;
const take = `
  delete from rollup_windows
  where rollup = $1 and id <= (select max(id) from (select id from rollup_windows where rollup = $1 order by id limit $2) next)
  returning subject, instants`;

/** Waits until no other batch of the rollup is under way: what one has read must not be written after what another has read later. */
export const takeTurn = (session: Session, name: string) => session.query(turn, [name]);

/** Takes over what relays have not handed on yet, `limit` rows of the outbox at a time. */
export async function collectWindows(session: Session, source: string, limit: number): Promise<void> {
  for (let rows = limit; rows === limit; ) rows = (await session.query<{ rows: number }>(collect, [source, limit])).rows[0]?.rows ?? 0;
}

/** Notes that all days are about to be computed; what changes from the commit on is noted as well, and what did before need not be. */
export async function beginBuild(session: Session, name: string, source: string, limit: number): Promise<void> {
  await session.query(begin, [name, source]);
  await collectWindows(session, source, limit);
  await session.query(forget, [name]);
}

/** Notes that all days have been computed. */
export const finishBuild = (session: Session, name: string) => session.query(finish, [name]);

/** Takes windows that have changed, at most `limit`, in the transaction of `session`, whose turn it has to be. */
export const takeWindows = async (session: Session, name: string, limit: number): Promise<Window[]> =>
  (await session.query<Window>(take, [name, limit])).rows;

const built = { name: "rollup-built", text: "select built_at is not null from rollups where name = $1" };

/** Whether all days have been computed once. */
export const isBuilt = async (db: Db, name: string): Promise<boolean> => (await db.rows<[boolean]>(built, [name]))[0]?.[0] ?? false;

const count = { name: "rollup-windows", text: "select count(*)::int from rollup_windows where rollup = $1" };

/** How many windows are known to have changed. */
export const countWindows = async (db: Db, name: string): Promise<number> => (await db.rows<[number]>(count, [name]))[0]?.[0] ?? 0;
