import { type BenchmarkResult, type Comparison, compare, inTurn } from "./measure.ts";
import { type Bench, openBench } from "./worker/bench-queue.ts";
import { celeryPerSecond, findCelery } from "./worker/celery.ts";
import { itemsPerSecondAlone, itemsPerSecondInChunks, redisBytesPerItem } from "./worker/chunked-items.ts";
import { idleBytes } from "./worker/idle-rss.ts";
import { bareWorker, jobsPerSecond, loggedWorker, ourWorker } from "./worker/noop.ts";
import { startLatencyMs } from "./worker/start-latency.ts";

const runs = 5;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Our worker host against a bare BullMQ worker, Celery, and one job per item. */
export async function run(): Promise<BenchmarkResult> {
  await using bench = await openBench();
  const results: Comparison[] = [];
  for (const part of [noop, noopWithRuns, celery, startP50, chunkedItems, idleRss]) {
    say(`measuring ${part.name}`);
    results.push(...(await part(bench)));
  }
  return { name: "worker", runs, results };
}

async function noop(bench: Bench): Promise<Comparison[]> {
  const results: Comparison[] = [];
  for (const [concurrency, jobs] of [
    [1, 10_000],
    [10, 30_000],
    [50, 30_000],
  ] as const) {
    const figures = await inTurn(
      { ours: () => jobsPerSecond(bench, ourWorker, { concurrency, jobs }), bare: () => jobsPerSecond(bench, bareWorker, { concurrency, jobs }) },
      runs,
    );
    results.push(compare(`noop-c${concurrency}`, "jobs/s", figures.ours, figures.bare, "a bare BullMQ worker"));
  }
  return results;
}

async function noopWithRuns(bench: Bench): Promise<Comparison[]> {
  const load = { concurrency: 10, jobs: 10_000 };
  const figures = await inTurn({ ours: () => jobsPerSecond(bench, loggedWorker, load), bare: () => jobsPerSecond(bench, bareWorker, load) }, runs);
  return [compare("noop-c10-runs", "jobs/s", figures.ours, figures.bare, "a bare BullMQ worker, which keeps no runs")];
}

/** Both with two cores to themselves: Celery with a process for each, ours with one, which keeps Redis busy, and as many jobs at once as serve it best. */
async function celery(bench: Bench): Promise<Comparison[]> {
  const python = await findCelery();
  if (!python) {
    say("vs-celery left out: no Celery found (apt-get install python3-celery python3-redis)");
    return [];
  }
  const figures = await inTurn(
    { ours: () => jobsPerSecond(bench, ourWorker, { concurrency: 50, jobs: 10_000 }), celery: () => celeryPerSecond(bench, python, 3_000) },
    runs,
  );
  return [compare("vs-celery", "jobs/s", figures.ours, figures.celery, "Celery, prefork with 2 processes")];
}

async function startP50(bench: Bench): Promise<Comparison[]> {
  const figures = await inTurn({ ours: () => startLatencyMs(bench, ourWorker), bare: () => startLatencyMs(bench, bareWorker) }, runs);
  return [compare("start-p50", "ms", figures.ours, figures.bare, "a bare BullMQ worker")];
}

async function chunkedItems(bench: Bench): Promise<Comparison[]> {
  const figures = await inTurn({ ours: () => itemsPerSecondInChunks(bench), alone: () => itemsPerSecondAlone(bench) }, runs);
  const [ours, alone] = [await redisBytesPerItem(bench, 1_000), await redisBytesPerItem(bench, 1)];
  return [
    compare("chunked-items", "items/s", figures.ours, figures.alone, "one job per item"),
    compare("bytes-per-item", "bytes of Redis", ours, alone, "one job per item"),
  ];
}

async function idleRss(bench: Bench): Promise<Comparison[]> {
  const figures = await inTurn({ ours: () => idleBytes(bench, "ours"), loaded: () => idleBytes(bench, "loaded") }, runs);
  return [compare("idle-rss", "MB", figures.ours / 1e6, figures.loaded / 1e6, "node with BullMQ, pg and Drizzle loaded")];
}
