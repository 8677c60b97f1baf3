import type { Duration, Progress, QueueName } from "@caretaker/contracts";
import type { z } from "zod";
import type { Use } from "./port.ts";

/** One attempt at a job: `job` is the same for all of them, `token` is not. */
export interface Fence {
  readonly job: string;
  readonly token: string;
}

/** How the children of a job ended. */
export interface Children<Payload, Result> {
  readonly completed: readonly Result[];
  /** Those that failed for good: their payloads and reasons. */
  readonly failed: readonly { payload: Payload; error: string }[];
  /** When the job that fanned out began. */
  readonly startedAt: Date;
}

/**
 * Hands payloads to child jobs that any replica can take, leaves the worker while they run, and resolves to how they
 * ended when the job is taken up again. A child's id is made of its payload: planning again after a crash adds none twice.
 */
export type FanOut = <Payload, Result>(child: JobDefinition, payloads: () => AsyncIterable<Payload[]>) => Promise<Children<Payload, Result>>;

/** What a handler gets of its job. */
export interface JobContext<Payload> {
  readonly id: string;
  readonly data: Payload;
  /** The instant that the job takes for now unless its payload says another: when it was enqueued, or scheduled for. */
  readonly enqueuedAt: Date;
  /** Fires on cancel, timeout, shutdown and when the job is no longer this worker's; a handler stops then, between two steps. */
  readonly signal: AbortSignal;
  /** This attempt's name in the database, so that a batch of one that was taken over is refused. */
  readonly fence: Fence;
  /** Whether a failure of this attempt is the job's end. */
  readonly isLastAttempt: boolean;
  /** Reports progress; more often than a few times a second costs nothing, since only the latest is written. */
  readonly progress: (progress: Progress) => void;
  readonly fanOut: FanOut;
  /** A service outside, by its port. */
  readonly use: Use;
}

/** A kind of job: its name, its queue, its payload and what is done with it. */
export interface JobDefinition<Schema extends z.ZodType = z.ZodType, Result = unknown> {
  readonly name: string;
  readonly queue: QueueName;
  readonly schema: Schema;
  /** `attempts` in all, the pause after the n-th being `backoff` × 2ⁿ⁻¹ less a random part of up to a half. */
  readonly retry: { readonly attempts: number; readonly backoff: Duration };
  readonly timeout: Duration;
  /** Its attempts are of no interest, as those of children are: for jobs that are only hints; or only those that fail are. */
  readonly unlogged?: boolean | "unless failed";
  /** Whether an equal payload that waits stands for another one; true unless said otherwise. */
  readonly deduplicate?: boolean;
  // a method, so that definitions of different payloads go into one list
  handler(context: JobContext<z.output<Schema>>): Promise<Result>;
}

type Facts<Schema extends z.ZodType, Result> = Omit<JobDefinition<Schema, Result>, "retry" | "timeout"> & Partial<JobDefinition<Schema, Result>>;

/** Declares a kind of job; 4 attempts from 1 s and a timeout of 10 minutes unless said otherwise. */
export function defineJob<Schema extends z.ZodType, Result>(facts: Facts<Schema, Result>): JobDefinition<Schema, Result> {
  return Object.freeze({ retry: { attempts: 4, backoff: "1s" }, timeout: "10m", ...facts } as JobDefinition<Schema, Result>);
}
