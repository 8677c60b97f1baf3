import { and, asc, eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { studySessions, studySessionsArchive } from "../../packages/domains/src/learning/schema.ts";

/** Archives so many rows as an application does it that uses an ORM: one after the other, each in a transaction. Resolves to its milliseconds. */
export async function moveByOrm(pool: pg.Pool, cutoff: Date, runId: string, rows: number): Promise<number> {
  const db = drizzle(pool);
  const began = performance.now();
  const old = await db
    .select({ id: studySessions.id })
    .from(studySessions)
    .where(and(lt(studySessions.startTime, cutoff), eq(studySessions.isActive, false)))
    .orderBy(asc(studySessions.startTime))
    .limit(rows);
  for (const { id } of old) {
    await db.transaction(async (tx) => {
      const [row] = await tx.select().from(studySessions).where(eq(studySessions.id, id)).for("update");
      if (!row) return;
      await tx.insert(studySessionsArchive).values({ ...row, runId });
      await tx.delete(studySessions).where(eq(studySessions.id, id));
    });
  }
  return performance.now() - began;
}
