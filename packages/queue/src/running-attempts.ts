import { EventEmitter, once } from "node:events";
import { JobTimedOut } from "./stop-reasons.ts";

/** The attempts that run in this process, by job. */
export interface RunningAttempts {
  readonly size: number;
  /** An attempt that is to be told to stop after `timeoutMs`; disposing of it says that it has ended. */
  begin(id: string, timeoutMs: number): RunningAttempt;
  /** Tells a job's attempt to stop; false if none runs here. */
  stop(id: string, reason: Error): boolean;
  /** Tells those to stop whose time is over: to be called now and then, since a timer for each would cost small jobs dear. */
  stopOverdue(): void;
  /** Tells all to stop, also those that begin later. */
  stopAll(reason: Error): void;
  /** Resolves when none runs. */
  whenIdle(): Promise<void>;
}

/** One attempt, with a signal that fires when it has to stop; it is only made for a handler that asks for it. */
class RunningAttempt implements Disposable {
  /** Why it has to stop, once it has to. */
  reason: Error | undefined;
  readonly overdueAt: number;
  readonly timeoutMs: number;
  readonly #end: (attempt: RunningAttempt) => void;
  #controller: AbortController | undefined;

  constructor(timeoutMs: number, end: (attempt: RunningAttempt) => void) {
    this.timeoutMs = timeoutMs;
    this.overdueAt = performance.now() + timeoutMs;
    this.#end = end;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.reason) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  stop(reason: Error): void {
    this.reason ??= reason;
    this.#controller?.abort(this.reason);
  }

  [Symbol.dispose](): void {
    this.#end(this);
  }
}

export function createRunningAttempts(): RunningAttempts {
  const attempts = new Map<string, RunningAttempt>();
  const ends = new EventEmitter<{ idle: [] }>();
  let stopped: Error | undefined;
  return {
    get size() {
      return attempts.size;
    },
    begin(id, timeoutMs) {
      const attempt = new RunningAttempt(timeoutMs, () => {
        if (attempts.get(id) === attempt) attempts.delete(id);
        if (attempts.size === 0) ends.emit("idle");
      });
      attempts.set(id, attempt);
      if (stopped) attempt.stop(stopped);
      return attempt;
    },
    stop(id, reason) {
      attempts.get(id)?.stop(reason);
      return attempts.has(id);
    },
    stopOverdue() {
      const now = performance.now();
      for (const attempt of attempts.values()) {
        if (attempt.overdueAt <= now) attempt.stop(new JobTimedOut(`the job did not end within ${attempt.timeoutMs} ms`));
      }
    },
    stopAll(reason) {
      stopped = reason;
      for (const attempt of attempts.values()) attempt.stop(reason);
    },
    async whenIdle() {
      if (attempts.size > 0) await once(ends, "idle");
    },
  };
}
