import type { Db } from "@caretaker/db";

/** The time by PostgreSQL's clock, the one that all replicas share. */
export async function databaseNow(connection: Pick<Db["pool"], "query">): Promise<Date> {
  const { rows } = await connection.query<{ now: Date }>("select now() as now");
  return (rows[0] as { now: Date }).now;
}
