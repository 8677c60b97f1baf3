import { setTimeout as pause } from "node:timers/promises";
import { median } from "../measure.ts";
import { type Bench, openQueues } from "./bench-queue.ts";
import type { ourWorker } from "./noop.ts";

const jobs = 150;
const everyMs = 20;

/** The median time from adding a job to its beginning, at 50 jobs a second. */
export async function startLatencyMs(bench: Bench, start: typeof ourWorker): Promise<number> {
  await using run = openQueues(bench);
  const latencies: number[] = [];
  const onJob = ({ addedAt }: { addedAt: number }) => void latencies.push(performance.now() - addedAt);
  const worker = start(bench, run, { onJob, concurrency: 10 });
  for (let n = 0; n < jobs; n += 1) {
    await Promise.all([run.queue.add("bench.noop", { addedAt: performance.now() }), pause(everyMs)]);
  }
  while (latencies.length < jobs) await pause(5);
  await worker.close();
  return median(latencies);
}
