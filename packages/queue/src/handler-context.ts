import type { Job, Queue } from "bullmq";
import { createFanOut } from "./fan-out.ts";
import type { FanOut, Fence, JobContext } from "./job.ts";
import { type LatestProgress, latestProgress } from "./latest-progress.ts";
import type { Use } from "./port.ts";

/** An attempt as its context needs it. */
interface Subjects {
  readonly queue: Queue;
  readonly job: Job;
  readonly token: string;
  readonly attempt: { readonly signal: AbortSignal };
  readonly use: Use;
}

/** What a handler gets of its job. What most small handlers never ask for is made when it is asked for. */
export class HandlerContext<Payload> implements JobContext<Payload> {
  readonly id: string;
  readonly data: Payload;
  readonly #subjects: Subjects;
  #progress: LatestProgress | undefined;

  constructor(data: Payload, subjects: Subjects) {
    this.id = String(subjects.job.id);
    this.data = data;
    this.#subjects = subjects;
  }

  get enqueuedAt(): Date {
    const { repeatJobKey, opts, timestamp } = this.#subjects.job;
    return new Date(repeatJobKey && opts.prevMillis ? opts.prevMillis : timestamp);
  }

  get signal(): AbortSignal {
    return this.#subjects.attempt.signal;
  }

  get isLastAttempt(): boolean {
    const { attemptsMade, opts } = this.#subjects.job;
    return attemptsMade + 1 >= (opts.attempts ?? 1);
  }

  get fence(): Fence {
    const { job, token } = this.#subjects;
    return { job: `${job.queueName}/${job.id}`, token: `${token}/${job.attemptsStarted}` };
  }

  get progress(): JobContext<Payload>["progress"] {
    this.#progress ??= latestProgress((value) => this.#subjects.job.updateProgress(value));
    return this.#progress.report;
  }

  get fanOut(): FanOut {
    return createFanOut(this.#subjects);
  }

  get use(): Use {
    return this.#subjects.use;
  }

  /** Resolves when the last progress has been written; nothing if none was reported. */
  settled(): Promise<void> | undefined {
    return this.#progress?.settled();
  }
}
