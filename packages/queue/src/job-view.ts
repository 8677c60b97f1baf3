import { isJobId, type JobState, type JobView, type Progress, type QueueName } from "@caretaker/contracts";
import type { Job, Queue } from "bullmq";
import { hasEnded, readCancellation } from "./cancellations.ts";
import { payloadOf } from "./stored-payload.ts";

/** All that Redis knows of a job, or `undefined` if it knows no such job. */
export async function readJob(queue: Queue, id: string): Promise<JobView | undefined> {
  if (!isJobId(id)) return undefined;
  const state = await queue.getJobState(id); // before the rest, so that a job that ends meanwhile is not told as ended without its result
  const [job, { logs }, cancelled] = await Promise.all([queue.getJob(id), queue.getJobLogs(id, 0, 99), readCancellation(queue, id)]);
  if (!job) return undefined;
  return { ...viewOf(job), state: state === "failed" && hasEnded(cancelled, job.failedReason) ? "cancelled" : (state as JobState), cancelled, logs };
}

/** A job without what has to be asked for separately. */
export function viewOf(job: Job): Omit<JobView, "state" | "logs" | "cancelled"> {
  return {
    id: String(job.id),
    queue: job.queueName as QueueName,
    name: job.name,
    progress: typeof job.progress === "object" ? (job.progress as Progress) : null,
    payload: payloadOf(job.data ?? {}) as JobView["payload"],
    result: job.returnvalue ?? null,
    error: job.failedReason ?? null,
    attempts: { made: job.attemptsMade, started: job.attemptsStarted },
    worker: job.processedBy ?? null,
    enqueuedAt: isoOf(job.timestamp),
    startedAt: job.processedOn ? isoOf(job.processedOn) : null,
    finishedAt: job.finishedOn ? isoOf(job.finishedOn) : null,
  };
}

const isoOf = (ms: number) => new Date(ms).toISOString();
