import type { BenchmarkResult } from "./measure.ts";

const benchmarks: Record<string, { about: string; load: () => Promise<{ run: () => Promise<BenchmarkResult> }> }> = {
  warmup: { about: "a warm-up of 20,000 users against one user at a time, and against the writes to Redis alone", load: () => import("./warmup.ts") },
  cache: { about: "the cache's reads and writes against the same without its promises, and against bentocache", load: () => import("./cache.ts") },
  "cache-memory": {
    about: "bytes of 1,000,000 warmed keys in Redis (or as many as a number after the name says), against plain SETs",
    load: () => import("./cache-memory.ts"),
  },
  runs: {
    about: "searches in 10,000,000 runs (or as many as a number after the name says), against the 200 ms they may take",
    load: () => import("./runs.ts"),
  },
  archive: {
    about:
      "archive runs over 2,000,000 sessions (or as many as a number after the name says) against one statement, an ORM, and no archive run beside an application",
    load: () => import("./archive.ts"),
  },
  messages: {
    about:
      "messages to 1, 10 and 100 subscriptions against bare BullMQ with one queue, and the memory of 100,000 (or as many as a number after the name says)",
    load: () => import("./messages.ts"),
  },
  api: {
    about: "our API against a bare Express route that checks with zod and adds with BullMQ, and one that sends a constant",
    load: () => import("./api.ts"),
  },
  screens: {
    about: "every list and screen of the domains at 100 times the real rows, against the 100 ms it may take, with plans",
    load: () => import("./screens.ts"),
  },
  "hit-ratio": {
    about: "how many of 20,000 lists of schools (or as many as a number after the name says) are answered from the cache, by what keeps it warm",
    load: () => import("./hit-ratio.ts"),
  },
  changes: { about: "what it costs a writer that changes are noted, and how soon they are seen", load: () => import("./changes.ts") },
  rollup: { about: "the daily rollup of what has changed in 1,000,000 sessions against all of it", load: () => import("./rollup.ts") },

  cleanup: {
    about:
      "cleanup of invalid rows, duplicates and orphans among 2,000,000 sessions (or as many as a number after the name says), against one statement each",
    load: () => import("./cleanup.ts"),
  },
  worker: { about: "our worker host against a bare BullMQ worker, Celery, one job per item and an idle process", load: () => import("./worker.ts") },
};

const [name = "", ...flags] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark) {
  const { run } = await benchmark.load();
  const result = await run();
  process.stdout.write(flags.includes("--json") ? `${JSON.stringify(result)}\n` : table(result));
  process.exit();
}
process.stdout.write("npm run bench -- NAME [--json]\n\n");
for (const [known, { about }] of Object.entries(benchmarks)) process.stdout.write(`${known.padEnd(13)} ${about}\n`);
process.exit(name === "" || name === "--help" ? 0 : 2);

function table({ name: title, runs, results }: BenchmarkResult): string {
  const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });
  const rows = results.map(
    ({ metric, unit, ours, other, otherName, ratio }) =>
      `${metric.padEnd(18)} ${ratio.toFixed(2).padStart(7)} ×   ours ${number.format(ours)} ${unit}, ${otherName} ${number.format(other)} ${unit}`,
  );
  return `${title}: medians of ${runs} runs in turn\n${rows.join("\n")}\n`;
}
