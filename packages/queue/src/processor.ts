import { toMs } from "@caretaker/contracts";
import { type Job, type Queue, UnrecoverableError, WaitingChildrenError, WaitingError } from "bullmq";
import { createFanOut, plannedField } from "./fan-out.ts";
import type { JobContext, JobDefinition } from "./job.ts";
import { latestProgress } from "./latest-progress.ts";
import { PermanentFailure } from "./outcome.ts";
import { PayloadInvalid } from "./payload-invalid.ts";
import type { RunningAttempts } from "./running-attempts.ts";
import { JobCancelled, ShuttingDown } from "./stop-reasons.ts";

/** So many workers may die of a job. BullMQ's own limit (`maxStalledCount`) leaves out jobs that a scheduler makes. */
export const maxDeaths = 3;

const keepCompleted = { age: 86_400, count: 2_000 };
/** Redis forgets completed jobs some at a time: to look for one after each job costs it a fifth of its time. */
const jobsPerSweep = 50;

/** What BullMQ calls for each job of a queue: finds its definition, runs the handler, and says how the attempt ended. */
export function createProcessor(definitions: ReadonlyMap<string, JobDefinition>, queue: Queue, attempts: RunningAttempts) {
  const kinds = new Map([...definitions].map(([name, definition]) => [name, kindOf(definition)]));
  let taken = 0;
  return async (job: Job, token?: string): Promise<unknown> => {
    job.opts.removeOnComplete ??= taken % jobsPerSweep === 0 ? keepCompleted : false;
    taken += 1;
    const kind = kinds.get(job.name);
    if (!kind) throw new UnrecoverableError(`unknown job ${job.name}; queue ${job.queueName} knows ${[...definitions.keys()].join(", ") || "none"}`);
    if (job.stalledCounter >= maxDeaths) throw new UnrecoverableError(`given up: ${job.stalledCounter} workers died or froze while they ran it`);
    if (job.deduplicationId) await job.removeDeduplicationKey();
    Object.assign(job.opts, kind.retry);
    using attempt = attempts.begin(String(job.id), kind.timeoutMs);
    const progress = latestProgress((value) => job.updateProgress(value));
    try {
      const fanOut = createFanOut(queue, job, String(token), attempt);
      const lively = { progress: progress.report, fanOut, fence: fenceOf(job, token) };
      return await kind.definition.handler(withSignal({ ...payloadOf(job, kind.definition), ...lively }, attempt));
    } catch (error) {
      throw await outcomeOf(error, job, String(token), attempt.reason);
    } finally {
      await progress.settled();
    }
  };
}

/** A definition in BullMQ's terms. Its policy counts, whatever options the producer gave: a bare client's job is retried as well as ours. */
const kindOf = (definition: JobDefinition) => ({
  definition,
  timeoutMs: toMs(definition.timeout),
  retry: { attempts: definition.retry.attempts, backoff: { type: "exponential", delay: toMs(definition.retry.backoff), jitter: 0.5 } },
});

function payloadOf(job: Job, { name, schema }: JobDefinition): Pick<JobContext<unknown>, "id" | "data" | "enqueuedAt"> {
  const { [plannedField]: _, ...payload } = job.data ?? {};
  const parsed = schema.safeParse(isRecord(job.data) ? payload : job.data);
  if (!parsed.success) throw new PayloadInvalid(name, parsed.error);
  const enqueuedAt = new Date(job.repeatJobKey && job.opts.prevMillis ? job.opts.prevMillis : job.timestamp);
  return { id: String(job.id), data: parsed.data, enqueuedAt };
}

/** The signal is made when it is asked for: most small handlers never do. */
const withSignal = (context: Omit<JobContext<unknown>, "signal">, attempt: { readonly signal: AbortSignal }): JobContext<unknown> => ({
  ...context,
  get signal() {
    return attempt.signal;
  },
});

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

const fenceOf = (job: Job, token: string | undefined) => ({ job: `${job.queueName}/${job.id}`, token: `${token}/${job.attemptsStarted}` });

/** What BullMQ is to do about a failure: wait again after a shutdown, fail at once, or (any other error) retry. */
async function outcomeOf(error: unknown, job: Job, token: string, reason: Error | undefined): Promise<unknown> {
  if (error instanceof WaitingChildrenError) return error;
  if (reason instanceof JobCancelled) return new UnrecoverableError(reason.message);
  if (error instanceof PermanentFailure || error instanceof PayloadInvalid) return new UnrecoverableError(error.message);
  if (!(reason instanceof ShuttingDown)) return error;
  await job.moveToWait(token);
  return new WaitingError();
}
