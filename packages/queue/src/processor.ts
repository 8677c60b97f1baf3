import { toMs } from "@caretaker/contracts";
import { DelayedError, type Job, type Queue, UnrecoverableError, WaitingChildrenError, WaitingError } from "bullmq";
import { HandlerContext } from "./handler-context.ts";
import type { JobDefinition } from "./job.ts";
import { PermanentFailure, Snoozed } from "./outcome.ts";
import { PayloadInvalid } from "./payload-invalid.ts";
import type { Use } from "./port.ts";
import { forRequest, requestOf } from "./request-context.ts";
import type { RunningAttempts } from "./running-attempts.ts";
import { JobCancelled, ShuttingDown } from "./stop-reasons.ts";
import { payloadOf } from "./stored-payload.ts";

/** So many workers may die of a job. BullMQ's own limit (`maxStalledCount`) leaves out jobs that a scheduler makes. */
export const maxDeaths = 3;

interface Options {
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly queue: Queue;
  readonly attempts: RunningAttempts;
  readonly use: Use;
  /** Told of each job before its handler is. */
  readonly onStart: (job: Job) => void;
}

/** What BullMQ calls for each job of a queue: finds its definition, runs the handler, and says how the attempt ended. */
export function createProcessor({ definitions, queue, attempts, use, onStart }: Options) {
  const kinds = new Map([...definitions].map(([name, definition]) => [name, kindOf(definition)]));
  return async (job: Job, token?: string): Promise<unknown> => {
    const kind = kinds.get(job.name);
    if (!kind) throw new UnrecoverableError(`unknown job ${job.name}; queue ${job.queueName} knows ${[...definitions.keys()].join(", ") || "none"}`);
    if (job.stalledCounter >= maxDeaths) throw new UnrecoverableError(`given up: ${job.stalledCounter} workers died or froze while they ran it`);
    if (job.deduplicationId) await job.removeDeduplicationKey();
    Object.assign(job.opts, kind.retry);
    onStart(job);
    using attempt = attempts.begin(String(job.id), kind.timeoutMs);
    let context: HandlerContext<unknown> | undefined;
    try {
      const asked = new HandlerContext(readPayload(job, kind.definition), { queue, job, token: String(token), attempt, use });
      context = asked;
      const request = requestOf(job);
      return await (request === undefined ? kind.definition.handler(asked) : forRequest(request, () => kind.definition.handler(asked)));
    } catch (error) {
      throw await outcomeOf(error, job, String(token), attempt.reason);
    } finally {
      const lastProgress = context?.settled();
      if (lastProgress) await lastProgress;
    }
  };
}

/** A definition in BullMQ's terms. Its policy counts, whatever options the producer gave: a bare client's job is retried as well as ours. */
const kindOf = (definition: JobDefinition) => ({
  definition,
  timeoutMs: toMs(definition.timeout),
  retry: { attempts: definition.retry.attempts, backoff: { type: "exponential", delay: toMs(definition.retry.backoff), jitter: 0.5 } },
});

function readPayload(job: Job, { name, schema }: JobDefinition): unknown {
  const parsed = schema.safeParse(payloadOf(job.data));
  if (!parsed.success) throw new PayloadInvalid(name, parsed.error);
  return parsed.data;
}

/** What BullMQ is to do about a failure: wait again after a shutdown, wait a while, fail at once, or (any other error) retry. */
async function outcomeOf(error: unknown, job: Job, token: string, reason: Error | undefined): Promise<unknown> {
  if (error instanceof WaitingChildrenError) return error;
  if (reason instanceof JobCancelled) return new UnrecoverableError(reason.message);
  if (error instanceof PermanentFailure || error instanceof PayloadInvalid) return new UnrecoverableError(error.message);
  if (error instanceof Snoozed) {
    await job.moveToDelayed(Date.now() + error.ms, token);
    await error.aside?.();
    return new DelayedError();
  }
  if (!(reason instanceof ShuttingDown)) return error;
  await job.moveToWait(token);
  return new WaitingError();
}
