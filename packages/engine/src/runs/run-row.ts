import type { RunView } from "@caretaker/contracts";

/** A run as the table has it. */
export type RunRow = Omit<RunView, "startedAt" | "finishedAt"> & { startedAt: Date; finishedAt: Date };

/** The columns of a run under the names of its view. */
export const runColumns = `runs.id::text, runs.job_id as "jobId", runs.queue, runs.name, runs.domain, runs.payload, runs.attempt,
  runs.started_at as "startedAt", runs.finished_at as "finishedAt", runs.outcome, runs.error, runs.result, runs.worker`;

/** A run as it is shown. */
export const viewOfRun = (row: RunRow): RunView => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  finishedAt: row.finishedAt.toISOString(),
});
