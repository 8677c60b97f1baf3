import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type QueueName, queueName } from "@caretaker/contracts";
import { watchCancellations } from "./cancellations.ts";
import { openQueueWorker, type QueueWorkerOptions, type WorkerEvents } from "./queue-worker.ts";
import { JobCancelled, ShuttingDown } from "./stop-reasons.ts";

const lookForOverdueMs = 100;
/** What is left of the grace after jobs were interrupted, for them to go back to waiting. */
const lastWordsMs = 2_000;

export interface WorkerHostOptions extends Omit<QueueWorkerOptions, "events"> {
  concurrency: ReadonlyMap<QueueName, number>;
}

export interface WorkerHost {
  readonly events: EventEmitter<WorkerEvents>;
  /** Begins to take jobs. */
  start(): void;
  /**
   * Takes no more, lets running jobs end, and in the last two seconds of `graceMs` puts those that still run back to wait with
   * no attempt burnt. It is over by then in any case, also when Redis does not answer.
   */
  close(graceMs: number): Promise<void>;
}

/** Runs the handlers of `jobs` for the queues named in `concurrency`, that many jobs of a queue at once. */
export function createWorkerHost({ concurrency, ...options }: WorkerHostOptions): WorkerHost {
  const events = new EventEmitter<WorkerEvents>();
  const opened = new Map([...concurrency].map(([queue, many]) => [queue, openQueueWorker(queue, many, { ...options, events })]));
  const all = [...opened.values()];
  const watch = watchCancellations({
    redis: options.redis,
    prefix: options.prefix,
    isBusy: () => all.some(({ attempts }) => attempts.size > 0),
    onCancel: (queue, id, cancellation) => opened.get(queueName.parse(queue))?.attempts.stop(id, new JobCancelled(cancellation)),
  });
  const clock = setInterval(() => {
    for (const { attempts } of all) attempts.stopOverdue();
  }, lookForOverdueMs).unref();
  return {
    events,
    start() {
      for (const { worker } of all) worker.run().catch((error) => events.emit("error", error));
    },
    async close(graceMs) {
      const closing = Promise.all(all.map(({ worker, throughput }) => worker.close().then(throughput.write)));
      await within(Math.max(0, graceMs - lastWordsMs), Promise.race([closing, Promise.all(all.map(({ attempts }) => attempts.whenIdle()))]));
      for (const { attempts } of all) attempts.stopAll(new ShuttingDown("this worker ends"));
      await within(lastWordsMs, closing);
      clearInterval(clock);
      for (const { lostAnswers, throughput, completed } of all) {
        lostAnswers.close();
        throughput.close();
        completed.close();
      }
      watch.close();
    },
  };
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
