/** The columns of a run under the names of its view. */
export const runColumns = `runs.id::text, runs.job_id as "jobId", runs.queue, runs.name, runs.domain, runs.payload, runs.attempt,
  runs.started_at as "startedAt", runs.finished_at as "finishedAt", runs.outcome, runs.error, runs.result, runs.worker`;
