import { EventEmitter, once } from "node:events";
import { JobTimedOut } from "./stop-reasons.ts";

interface RunningAttempt extends Disposable {
  readonly signal: AbortSignal;
}

/** The attempts that run in this process, by job, each with a signal that fires when it has to stop. */
export interface RunningAttempts {
  readonly size: number;
  /** An attempt that is told to stop after `timeoutMs`; disposing of it says that it has ended. */
  begin(id: string, timeoutMs: number): RunningAttempt;
  /** Tells a job's attempt to stop; false if none runs here. */
  stop(id: string, reason: Error): boolean;
  /** Tells all to stop, also those that begin later. */
  stopAll(reason: Error): void;
  /** Resolves when none runs. */
  whenIdle(): Promise<void>;
}

export function createRunningAttempts(): RunningAttempts {
  const attempts = new Map<string, AbortController>();
  const ends = new EventEmitter<{ idle: [] }>();
  let stopped: Error | undefined;
  return {
    get size() {
      return attempts.size;
    },
    begin(id, timeoutMs) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(new JobTimedOut(`the job did not end within ${timeoutMs} ms`)), timeoutMs);
      attempts.set(id, controller);
      if (stopped) controller.abort(stopped);
      return {
        signal: controller.signal,
        [Symbol.dispose]() {
          clearTimeout(timer);
          if (attempts.get(id) === controller) attempts.delete(id);
          if (attempts.size === 0) ends.emit("idle");
        },
      };
    },
    stop(id, reason) {
      const controller = attempts.get(id);
      controller?.abort(reason);
      return controller !== undefined;
    },
    stopAll(reason) {
      stopped = reason;
      for (const controller of attempts.values()) controller.abort(reason);
    },
    async whenIdle() {
      if (attempts.size > 0) await once(ends, "idle");
    },
  };
}
