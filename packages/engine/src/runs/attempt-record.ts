import type { AttemptEnd, AttemptStart } from "@caretaker/queue";

const errorLength = 4_000;
/** A record's bytes besides its texts, about. */
const overheadBytes = 400;

/** An attempt as it is written: one JSON object with the columns' names. */
export interface AttemptRecord {
  /** The same for an attempt's start and end, so that the end takes the start's place. */
  readonly key: string;
  readonly attempt: number;
  readonly stalls: number;
  readonly ended: boolean;
  readonly json: string;
  readonly bytes: number;
}

/** The record of an attempt; what PostgreSQL can't hold in a text, NUL and lone surrogates, is replaced. */
export function recordOf(attempt: AttemptStart | AttemptEnd): AttemptRecord {
  const json = JSON.stringify(columnsOf(attempt), (_key, value) => (typeof value === "string" ? storable(value) : value));
  return {
    key: `${attempt.queue} ${attempt.jobId} ${attempt.attempt}`,
    attempt: attempt.attempt,
    stalls: attempt.stalls,
    ended: "outcome" in attempt,
    json,
    bytes: overheadBytes + json.length,
  };
}

const storable = (text: string) => text.toWellFormed().replaceAll("\0", "\ufffd");

const columnsOf = ({ queue, jobId, name, payload, attempt, startedAt, worker, ...end }: AttemptStart & Partial<AttemptEnd>) => ({
  ...{ queue, job_id: jobId, name, domain: name.split(".")[0], payload, attempt, started_at: startedAt, worker },
  ...(end.outcome && {
    finished_at: end.finishedAt,
    outcome: end.outcome,
    final: end.final,
    error: end.error?.slice(0, errorLength) ?? null,
    result: end.result,
  }),
});
