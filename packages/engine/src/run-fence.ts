import { CaretakerError } from "@caretaker/contracts";
import { type Db, literal, type Session } from "@caretaker/db";
import type { Fence } from "@caretaker/queue";
import type { QueryResult } from "pg";

/** Another attempt at the job has begun: this one's batch is undone. */
export class FenceLost extends CaretakerError {
  override readonly code = "FENCE_LOST";
}

const claim = {
  name: "fence-claim",
  text: `
    insert into job_fences (job, token) values ($1, $2)
    on conflict (job) do update set token = excluded.token, renewed_at = now()
    returning progress`,
};
/** Each with the beginning or the end of the transaction, so that a batch costs two round trips besides its own statements. */
const beginAndRenew = ({ job, token }: Fence) =>
  `begin; update job_fences set renewed_at = now() where job = ${literal(job)} and token = ${literal(token)}`;
const recordAndCommit = ({ job }: Fence, progress: unknown) =>
  `update job_fences set progress = ${literal(JSON.stringify(progress))} where job = ${literal(job)}; commit`;
const purge = { name: "fence-purge", text: "delete from job_fences where renewed_at < $1 returning job" };

/**
 * Makes this attempt the one whose batches count, and resolves to the progress that the last batch of the job recorded, or
 * null. To be called before anything is read that batches are based on.
 */
export async function claimFence<Progress>(db: Db, { job, token }: Fence): Promise<Progress | null> {
  const [row] = await db.rows<[Progress | null]>(claim, [job, token]);
  return row?.[0] ?? null;
}

/**
 * Runs one batch as a transaction that also records the job's progress: what `work` resolves to. Throws `FenceLost`, and
 * leaves nothing behind, if another attempt has claimed the fence; attempts at one job never run batches side by side.
 */
export function runFenced<Progress>(db: Db, { fence, signal }: { fence: Fence; signal: AbortSignal }, work: (session: Session) => Promise<Progress>) {
  return db.session(
    async (session) => {
      try {
        const [, renewed] = (await session.query(beginAndRenew(fence))) as unknown as QueryResult[];
        if (renewed?.rowCount !== 1) throw new FenceLost(`another attempt at ${fence.job} has taken over`);
        const progress = await work(session);
        signal.throwIfAborted();
        await session.query(recordAndCommit(fence, progress));
        return progress;
      } catch (error) {
        await session.query("rollback").catch(() => {}); // a lost connection has undone it already
        throw error;
      }
    },
    { signal },
  );
}

/** Forgets the fences of jobs that did nothing since `before`; resolves to these jobs. */
export const purgeFences = async (db: Db, before: Date): Promise<string[]> => (await db.rows<[string]>(purge, [before])).map(([job]) => job);
