import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createDomains } from "@caretaker/domains";
import { createEngine, type Engine, migrate } from "@caretaker/engine";
import { type Child, freePort, startChild, temporaryDatabase, until } from "@caretaker/stack";
import { asOf, type Comparison, compareWithTruth, fillSessions, keepChanging, limits } from "./sessions.ts";

const worker = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

interface Trial {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rows: number;
  readonly replicas: number;
  readonly kills: number;
}

interface TrialResult extends Comparison {
  readonly changes: number;
  readonly jobs: number;
}

/**
 * Archives, cleans up and restores sessions with some replicas while a writer goes on changing them, kills replicas at any moment,
 * and when all is quiet compares every column of every row with what the writer knows.
 */
export async function runTrial({ databaseUrl, redisUrl, rows, replicas, kills }: Trial): Promise<TrialResult> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await temporaryDatabase(databaseUrl));
  const prefixes = { queuePrefix: `{${randomUUID()}}`, cachePrefix: randomUUID() };
  const connections = { database: { url: database.url, statementTimeoutMs: 0 }, queueRedisUrl: redisUrl, cacheRedisUrl: redisUrl };
  const engine = opened.use(createEngine({ domains: createDomains(), ...connections, ...prefixes, role: "worker" }));
  await migrate(engine.db);
  await fillSessions(engine.db, rows);
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefixes.queuePrefix,
    CACHE_PREFIX: prefixes.cachePrefix,
    LOG_LEVEL: "fatal",
  };
  const start = async () =>
    startChild([worker], {
      ...settings,
      WORKER_NAME: randomUUID(),
      WORKER_PORT: String(await freePort()),
      WORKER_QUEUES: "archive:1,cleanup:1,analytics:1",
    });
  const fleet: Child[] = await Promise.all(Array.from({ length: replicas }, start));
  opened.defer(async () => void (await Promise.all(fleet.map((child) => child[Symbol.asyncDispose]()))));
  const writer = keepChanging(engine.db, rows);
  opened.defer(async () => void (await writer.stop())); // the engine waits for its connection
  const work = keepBusy(engine, replicas);
  for (let kill = 0; kill < kills; kill += 1) {
    const before = await batches(engine);
    await until("a batch is done", async () => (await batches(engine)) > before);
    await pause(Math.random() * 300);
    const place = Math.floor(Math.random() * replicas);
    fleet[place]?.kill("SIGKILL");
    fleet[place] = await start();
  }
  const jobs = await work.stop();
  const changes = await writer.stop();
  return { ...(await compareWithTruth(engine.db)), changes, jobs };
}

/** Fences that were renewed, and how often: grows with each batch of any job. */
async function batches({ db }: Engine): Promise<number> {
  const { rows } = await db.pool.query("select coalesce(sum((progress ->> 'batches')::int), 0)::int as batches from job_fences");
  return rows[0].batches;
}

/** Sees to it that there is always something to do: archive runs and cleanups side by side, and restores of what they moved. */
function keepBusy(engine: Engine, replicas: number) {
  const stopped = new AbortController();
  const underWay = async () => {
    const jobs = await Promise.all(
      [engine.queues.archive, engine.queues.cleanup, engine.queues.analytics].map((queue) => queue.getJobs(["waiting", "active", "delayed"])),
    );
    return jobs.flat().filter((job) => job?.name.startsWith("learning."));
  };
  const done = (async () => {
    let jobs = 0;
    for (; !stopped.signal.aborted; await pause(50)) {
      if ((await underWay()).length >= 3 * replicas) continue;
      const batchSize = 20 + Math.floor(Math.random() * 200);
      await engine.enqueue("archive", { domain: "learning", policies: ["study-sessions"], asOf, ...limits, batchSize });
      await engine.enqueue("cleanup", { domain: "learning", batchSize });
      await engine.enqueue("analytics", { domain: "learning" }); // days that have changed keep rows from being deleted
      jobs += 3 + (await restoreSome(engine));
    }
    await until("the last jobs have ended", async () => (await underWay()).length === 0, 180_000).catch(async (cause) => {
      const left = (await underWay()).map(({ id, failedReason }) => `${id} (${failedReason ?? "no error"})`);
      throw new Error(`jobs are still under way: ${left.join(", ")}`, { cause });
    });
    return jobs;
  })();
  return {
    stop(): Promise<number> {
      stopped.abort();
      return done;
    },
  };
}

async function restoreSome(engine: Engine): Promise<number> {
  const { rows } = await engine.db.pool.query<{ run: string }>(
    "select run_id::text as run from (select run_id from study_sessions_archive limit 1) archived union all select run_id::text from (select run_id from learning_quarantine limit 1) quarantined",
  );
  for (const { run } of rows) await engine.restore(run).catch(() => {}); // another restore may have been faster
  return rows.length;
}
