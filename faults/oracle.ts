import { until } from "@caretaker/stack";
import type { Lab } from "./lab.ts";

/** What has become of the jobs that the client knows of. */
export interface Verdict {
  /** Accepted jobs of which an effect is missing and that have not failed. */
  lost: number;
  /** Effects that came more than once, of any job. */
  twice: number;
}

/** Waits until no job waits or runs, then holds the effects in PostgreSQL against what the client was told. */
export async function judge(lab: Lab): Promise<Verdict> {
  const failed = new Set<string>();
  await until("all jobs have ended", async () => {
    const ask = Promise.all([lab.queue.getJobCounts("waiting", "prioritized", "active", "delayed"), lab.queue.getJobs(["failed"])]);
    const [counts, jobs] = (await ask.catch(() => undefined)) ?? []; // the connection of the lab may still be cut
    for (const { data } of jobs ?? []) failed.add(data.key);
    return counts !== undefined && Object.values(counts).every((count) => count === 0);
  });
  const { rows } = await lab.db.pool.query<{ job: string; done: number; twice: number }>(
    "select job, count(distinct step)::int as done, (count(*) - count(distinct step))::int as twice from effects group by job",
  );
  const done = new Map(rows.map((row) => [row.job, row.done]));
  const lost = [...lab.notes.accepted].filter(([key, { steps }]) => done.get(key) !== steps && !failed.has(key));
  return { lost: lost.length, twice: rows.reduce((sum, { twice }) => sum + twice, 0) };
}

/** How many effects there are of a job, or of all. */
export async function effects(lab: Lab, key?: string, notBy = 0): Promise<number> {
  const { rows } = await lab.db.pool.query("select count(*)::int as n from effects where ($1::text is null or job = $1) and worker <> $2", [
    key ?? null,
    notBy,
  ]);
  return rows[0].n;
}
