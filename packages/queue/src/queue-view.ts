import type { QueueName, QueueView } from "@caretaker/contracts";
import type { Queue } from "bullmq";

/** How a queue stands now. */
export async function readQueue(queue: Queue): Promise<QueueView> {
  const [paused, counts, oldest, workers, { data }] = await Promise.all([
    queue.isPaused(),
    queue.getJobCounts(),
    oldestWaitingAt(queue),
    queue.getWorkersCount(),
    queue.getMetrics("completed", 0, 0),
  ]);
  return {
    name: queue.name as QueueName,
    paused,
    counts,
    oldestWaitingSeconds: oldest === undefined ? null : Math.max(0, Date.now() - oldest) / 1_000,
    workers,
    rate: { completedPerMinute: data[0] ?? 0 },
  };
}

/** When the job that waits longest was made, ms; `undefined` if none waits. */
async function oldestWaitingAt(queue: Queue): Promise<number | undefined> {
  const firsts = await Promise.all([queue.getJobs(["waiting"], 0, 0, true), queue.getJobs(["prioritized"], 0, 0, true)]);
  const times = firsts.flatMap(([first]) => (first ? [first.timestamp] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** How many jobs are still to be begun. */
export async function backlogOf(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts("waiting", "prioritized", "delayed");
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
