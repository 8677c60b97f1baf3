import type { AttemptEnd, AttemptStart } from "@caretaker/queue";
import { storableJson } from "../storable-json.ts";

const errorLength = 4_000;
/** A record's bytes besides its texts, about. */
const overheadBytes = 400;

/** An attempt as it is written: one JSON object with the columns' names. */
export interface AttemptRecord {
  readonly key: string;
  readonly attempt: number;
  readonly stalls: number;
  readonly ended: boolean;
  readonly json: string;
  readonly bytes: number;
}

/** The same for an attempt's start and end, so that the end takes the start's place. */
export const keyOf = ({ queue, jobId, attempt }: AttemptStart): string => `${queue} ${jobId} ${attempt}`;

/** The record of an attempt. */
export function recordOf(key: string, attempt: AttemptStart | AttemptEnd): AttemptRecord {
  const json = storableJson(columnsOf(attempt));
  return { key, attempt: attempt.attempt, stalls: attempt.stalls, ended: "outcome" in attempt, json, bytes: overheadBytes + json.length };
}

const columnsOf = ({ queue, jobId, name, payload, attempt, startedAt, worker, ...end }: AttemptStart & Partial<AttemptEnd>) => ({
  ...{ queue, job_id: jobId, name, domain: name.split(".", 1)[0], payload, attempt, started_at: startedAt, worker },
  ...(end.outcome && {
    finished_at: end.finishedAt,
    outcome: end.outcome,
    final: end.final,
    error: end.error?.slice(0, errorLength) ?? null,
    result: end.result,
  }),
});
