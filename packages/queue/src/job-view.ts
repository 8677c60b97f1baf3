import type { JobState, JobView, Progress, QueueName } from "@caretaker/contracts";
import type { Job, Queue } from "bullmq";
import { plannedField } from "./fan-out.ts";

/** All that Redis knows of a job, or `undefined` if it knows no such job. */
export async function readJob(queue: Queue, id: string): Promise<JobView | undefined> {
  const [job, state, { logs }] = await Promise.all([queue.getJob(id), queue.getJobState(id), queue.getJobLogs(id, 0, 99)]);
  return job ? { ...viewOf(job), state: state as JobState, logs } : undefined;
}

function viewOf(job: Job): Omit<JobView, "state" | "logs"> {
  const { [plannedField]: _, ...payload } = job.data ?? {};
  return {
    id: String(job.id),
    queue: job.queueName as QueueName,
    name: job.name,
    progress: typeof job.progress === "object" ? (job.progress as Progress) : null,
    payload,
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
