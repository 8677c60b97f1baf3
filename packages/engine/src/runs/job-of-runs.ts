import type { JobState, JobView, RunView } from "@caretaker/contracts";

/** What a job's runs, in order, tell of it when Redis has forgotten it. */
export function jobOfRuns(runs: readonly RunView[]): JobView | undefined {
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) return undefined;
  const { jobId: id, queue, name, payload, result, error, worker, finishedAt, startedAt } = last;
  return {
    ...{ id, queue, name, payload, result, error, worker, startedAt, finishedAt },
    state: stateOf(last),
    progress: null,
    cancelled: null,
    attempts: { made: runs.length, started: runs.length },
    enqueuedAt: first.startedAt,
    logs: [],
  };
}

const stateOf = ({ outcome }: RunView): JobState => (outcome === "stalled" ? "unknown" : outcome);
