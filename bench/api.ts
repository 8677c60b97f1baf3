import autocannon from "autocannon";
import { type Contestants, startContestants } from "./api/contestants.ts";
import { type BenchmarkResult, type Comparison, compare, inTurn, median } from "./measure.ts";

const runs = 5;
const connections = 50;
const seconds = 3;
const batchSize = 500;
const fastEnoughMs = 20;
const say = (text: string) => process.stderr.write(`${text}\n`);

let jobs = 0;
/** A job that no other is equal to. */
function nextJob(): { domain: string; activeDays: number; chunkSize: number } {
  jobs += 1;
  return { domain: "learning", activeDays: 1 + (Math.floor(jobs / 10_000) % 365), chunkSize: 1 + (jobs % 10_000) };
}

interface Load {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections?: number;
  readonly body?: () => unknown;
}

/** Sends requests as fast as they are answered. Throws if one is refused. */
async function fire({
  url,
  headers = { "Content-Type": "application/json" },
  body,
  connections: open = connections,
}: Load): Promise<autocannon.Result> {
  const setupRequest = (request: autocannon.Request) => (body ? { ...request, body: JSON.stringify(body()) } : request);
  const result = await autocannon({
    url,
    duration: seconds,
    connections: open,
    headers: { ...headers },
    method: body ? "POST" : "GET",
    requests: [{ setupRequest }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result;
}

const perSecond = ({ requests: { total }, duration }: autocannon.Result) => total / duration;

/** Our API against a bare Express route that checks with zod and adds with BullMQ. */
export async function run(): Promise<BenchmarkResult> {
  await using contestants = await startContestants("/v1/entries/learning/global-stats");
  const results: Comparison[] = [];
  for (const part of [posts, batches, reads]) {
    say(`measuring ${part.name}`);
    results.push(...(await part(contestants)));
  }
  return { name: "api", runs, results };
}

async function posts({ ours, bare, headers, empty }: Contestants): Promise<Comparison[]> {
  const latencies = { ours: [] as autocannon.Result["latency"][], bare: [] as autocannon.Result["latency"][] };
  const contestant = (name: "ours" | "bare", url: string, more: Record<string, string>) => async () => {
    await empty();
    const result = await fire({ url, headers: more, body: nextJob });
    latencies[name].push(result.latency);
    return perSecond(result);
  };
  const rates = await inTurn(
    {
      ours: contestant("ours", `${ours}/v1/jobs/warmup`, { ...headers }),
      bare: contestant("bare", `${bare}/jobs`, { "Content-Type": "application/json" }),
    },
    runs,
  );
  const middle = (name: "ours" | "bare", what: "p99" | "average") => median(latencies[name].slice(1).map((latency) => latency[what]));
  return [
    compare("post-job", "jobs/s", rates.ours, rates.bare, "a bare Express route with zod and BullMQ"),
    compare("post-job-p99", "ms", middle("ours", "p99"), middle("bare", "p99"), "a bare Express route with zod and BullMQ"),
    compare("post-job-mean", "ms", middle("ours", "average"), fastEnoughMs, "the mean that it may take"),
  ];
}

async function batches({ ours, headers, empty }: Contestants): Promise<Comparison[]> {
  const batch = () => ({ jobs: Array.from({ length: batchSize }, () => ({ queue: "warmup", payload: nextJob() })) });
  const contestant = (load: Load, jobsEach: number) => async () => {
    await empty();
    return jobsEach * perSecond(await fire({ ...load, headers }));
  };
  const rates = await inTurn(
    {
      batch: contestant({ url: `${ours}/v1/jobs/batch`, connections: 2, body: batch }, batchSize),
      single: contestant({ url: `${ours}/v1/jobs/warmup`, body: nextJob }, 1),
    },
    runs,
  );
  return [compare("batch", "jobs/s", rates.batch, rates.single, "our own route for single jobs")];
}

async function reads({ ours, bare, headers, entryPath }: Contestants): Promise<Comparison[]> {
  const rates = await inTurn(
    {
      ours: async () => perSecond(await fire({ url: `${ours}${entryPath}`, headers })),
      bare: async () => perSecond(await fire({ url: `${bare}/constant` })),
    },
    runs,
  );
  return [compare("entry-l1", "requests/s", rates.ours, rates.bare, "a bare Express route that sends a constant of the same size")];
}
