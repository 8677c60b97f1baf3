import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createDomains } from "@caretaker/domains";
import { createEngine, createQueueRedis, migrate } from "@caretaker/engine";
import { type Child, freePort, startChild, startRedis, temporaryDatabase, until } from "@caretaker/stack";

const worker = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs before a program and has its clock go wrong. */
const withClockOff = (ms: number) => [
  "--import",
  `data:text/javascript,${encodeURIComponent(`
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) { given.length === 0 ? super(RealDate.now() + ${ms}) : super(...given); }
      static now() { return RealDate.now() + ${ms}; }
    };`)}`,
];

/** What must hold for each schedule's rows, and for the jobs of all; each is a row of faults, so none is right. */
const faults = `
  with slots as (
    select schedule_id, count(*) as rows, count(distinct scheduled_for) as distinct_rows,
      extract(epoch from max(scheduled_for) - min(scheduled_for)) / rtrim(schedules.facts #>> '{when,every}', 's')::int + 1 as expected
    from schedule_fires join schedules on schedules.id = schedule_id where not declared group by schedule_id, schedules.facts
  ), jobs as (select job_id, count(*) as runs, count(*) filter (where outcome = 'completed') as completed from job_runs group by job_id)
  select 'slot without a row' as fault, schedule_id as what from slots where rows <> expected or rows <> distinct_rows
  union all select 'job that no slot asked for', job_id from jobs where not exists (select from schedule_fires where job_id = jobs.job_id)
  union all select 'slot that ran more than once', job_id from jobs where completed > 1
  union all select 'slot that did not run', job_id from schedule_fires fires
    where outcome in ('ran', 'late') and ended_at is not null and not exists (select from jobs where job_id = fires.job_id and completed = 1)`;

/** Schedules every 1, 2, … seconds in a database and a Redis of their own, and workers that are processes. */
export async function scheduleFleet(databaseUrl: string, count: number, policies: object = {}) {
  await using started = new AsyncDisposableStack();
  const database = started.use(await temporaryDatabase(databaseUrl));
  const redis = started.use(await startRedis());
  const [queuePrefix, cachePrefix] = [`{${randomUUID()}}`, randomUUID()];
  const engine = started.use(
    createEngine({
      domains: createDomains(),
      database: { url: database.url },
      queueRedisUrl: redis.url,
      cacheRedisUrl: redis.url,
      queuePrefix,
      cachePrefix,
      role: "worker",
    }),
  );
  await migrate(engine.db);
  const facts = { payload: { entries: ["global-stats"] }, missed: "latest", missedCap: 100, overlap: "allow", ...policies };
  await engine.db.pool.query(
    `insert into schedules (id, domain, queue, job, declared, facts, next_at)
     select 'learning.every-' || n, 'learning', 'warmup', 'learning.warmup', false, $2 || jsonb_build_object('when', jsonb_build_object('every', n || 's')),
       date_bin(make_interval(secs => n), now(), 'epoch') + make_interval(secs => n)
     from generate_series(1, $1) n`,
    [count, facts],
  );
  const settings = { DATABASE_URL: database.url, REDIS_URL: redis.url, QUEUE_PREFIX: queuePrefix, CACHE_PREFIX: cachePrefix, LOG_LEVEL: "fatal" };
  const all = started.move();
  const workers: Child[] = [];
  const start = async (name: string, clockOffMs = 0) => {
    const args = clockOffMs === 0 ? [worker] : [...withClockOff(clockOffMs), worker];
    const started = startChild(args, { ...settings, WORKER_NAME: name, WORKER_PORT: String(await freePort()), WORKER_QUEUES: "warmup:4" });
    workers.push(all.use(started));
    return started;
  };
  const query = async <Row extends object>(text: string) => (await engine.db.pool.query<Row>(text)).rows;
  return {
    engine,
    query,
    start,
    /** Starts workers at once, each with its clock off by so many ms. */
    startAll: (clocksOff: readonly number[]) => Promise.all(clocksOff.map((ms, index) => start(`worker-${index}`, ms))),
    /** Stops the workers as a deploy does, which has them write all they know. */
    async stopAll() {
      for (const worker of workers) worker.kill("SIGTERM");
      await Promise.all(workers.map(({ exited }) => exited));
    },
    /** Resolves when the schedule that fires every second has so many more rows of an outcome. */
    async untilFired(more: number, outcome = "ran") {
      const rows = async () =>
        (
          await query<{ n: number }>(
            `select count(*)::int as n from schedule_fires where schedule_id = 'learning.every-1' and outcome = '${outcome}'`,
          )
        )[0]?.n ?? 0;
      const goal = (await rows()) + more;
      await until(`${more} more slots have come due`, async () => (await rows()) >= goal, 110_000);
    },
    /** Has the queues' Redis forget everything. */
    async loseRedis() {
      const connection = createQueueRedis(redis.url, "worker", () => {});
      await connection.flushall();
      connection.disconnect();
    },
    faults: () => query<{ fault: string; what: string }>(faults),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
