import type { RunSearch } from "@caretaker/contracts";
import { type Db, searchRuns } from "@caretaker/engine";
import { startStack } from "@caretaker/stack";
import { type BenchmarkResult, compare, inTurn } from "./measure.ts";
import { openEngine } from "./open-engine.ts";

const runs = 5;
const limitMs = 200;
const rowsAtOnce = 500_000;

/** Searches, from plain ones to those that an index by one column would be slow for. */
const searches: Readonly<Record<string, RunSearch>> = {
  latest: {},
  "deep page": { to: daysAgo(45) },
  domain: { domain: "shop1" },
  "rare outcome": { outcome: "cancelled" },
  "rare kind": { domain: "shop4", queue: "archive" },
  "rare kind failed": { domain: "shop4", queue: "archive", outcome: "failed" },
  "nothing there": { domain: "shop1", outcome: "stalled", name: "shop2.warmup" },
  "a week of a domain": { domain: "shop2", from: daysAgo(40), to: daysAgo(33) },
  "common word": { text: "active" },
  "rare word": { text: "needle" },
  "no such word": { text: "nosuchword" },
  "old trouble": { text: "oldtrouble" },
  "one in a thousand": { text: "sometimes" },
  "word and kind": { text: "timeout", domain: "shop3", outcome: "failed" },
};

/** Searches in the runs of 90 days, 10,000,000 of them unless another number is given, each against the 200 ms that a page may take. */
export async function run(): Promise<BenchmarkResult> {
  const rows = Number(process.argv[3]) || 10_000_000;
  await using stack = await startStack();
  await using engine = await openEngine(stack, "worker");
  await fill(engine.db, rows);
  if (process.argv.includes("--plans")) for (const [name, search] of Object.entries(searches)) await showPlans(engine.db, name, search);
  const contestants = Object.fromEntries(
    Object.entries(searches).map(([name, search]) => [
      name,
      async () => {
        const began = performance.now();
        await searchRuns(engine.db, search);
        return performance.now() - began;
      },
    ]),
  );
  const figures = await inTurn(contestants, runs);
  return {
    name: `runs (${rows.toLocaleString("en")})`,
    runs,
    results: Object.entries(figures).map(([name, ms]) => compare(name, "ms", ms, limitMs, "limit")),
  };
}

/** Prints how PostgreSQL goes about each query of a search. */
async function showPlans(db: Db, name: string, search: RunSearch): Promise<void> {
  process.stderr.write(`\n${name}\n`);
  const query = async (text: string, values: unknown[]) => {
    const { rows } = await db.pool.query<{ "QUERY PLAN": string }>(`explain (analyze, costs off, timing off, buffers off) ${text}`, values);
    process.stderr.write(`${rows.map((row) => `  ${row["QUERY PLAN"]}`).join("\n")}\n`);
    return db.pool.query(text, values);
  };
  await searchRuns({ ...db, pool: { query } } as unknown as Db, search);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

const dropIndexes = `drop index job_runs_words, job_runs_kind, job_runs_started`;
const createIndexes = [
  "set maintenance_work_mem = '1GB'",
  "create index job_runs_started on job_runs (started_at, id)",
  "create index job_runs_kind on job_runs (queue, name, outcome, started_at, id)",
  "create index job_runs_words on job_runs using gin (job_run_words(worker, error, payload, started_at, queue, name, outcome))",
  "vacuum analyze job_runs",
];

/** Most runs are warm-ups; 2 in 100 fail; words are rare, common, or common once, long ago. */
const insert = `
  insert into job_runs (queue, job_id, name, domain, payload, attempt, started_at, worker, finished_at, outcome, final, error, result)
  select queue, 'job-' || i, 'shop' || shop || '.' || queue, 'shop' || shop, jsonb_build_object('domain', 'shop' || shop, 'scope', 'active', 'days', i % 90),
    1, at, 'worker-' || i % 8, at + interval '1 second', outcome, true,
    case when outcome = 'failed' then 'timeout exceeded when trying to connect to 10.0.0.' || i % 200 end
      || case when i % 500000 = 7 then ' needle' when i % 1000 = 3 then ' sometimes' when i between $3::int * 0.3 and $3::int * 0.4 then ' oldtrouble' else '' end,
    '{"written": 1000}'
  from (
    select i, case when i % 10000 = 1 then 'archive' when i % 50 = 2 then 'cleanup' when i % 20 = 3 then 'analytics' else 'warmup' end as queue,
      case when i % 3 = 0 then 1 when i % 7 < 3 then 2 when i % 11 < 5 then 3 else 4 end as shop,
      case when i % 50 in (3, 7) or i % 500000 = 7 then 'failed' when i % 20000 = 5 then 'cancelled' when i % 5000 = 6 then 'stalled' else 'completed' end as outcome,
      now() - interval '90 days' * (1 - i::float8 / $3::int) as at
    from generate_series($1::int, $2::int) i
  ) made`;

async function fill({ pool }: Db, rows: number): Promise<void> {
  const client = await pool.connect();
  await client.query(dropIndexes);
  for (let from = 1; from <= rows; from += rowsAtOnce) {
    await client.query(insert, [from, Math.min(rows, from + rowsAtOnce - 1), rows]);
    process.stderr.write(`\r${Math.min(rows, from + rowsAtOnce - 1).toLocaleString("en")} runs`);
  }
  process.stderr.write(", their indexes\n");
  for (const statement of createIndexes) await client.query(statement);
  client.release();
}
