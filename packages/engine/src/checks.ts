import { once } from "node:events";
import { type Db, pendingMigrations } from "@caretaker/db";
import type { Cluster, Redis } from "ioredis";

export type CheckName = "postgres" | "migrations" | "queue redis" | "cache redis" | "clocks" | "changes" | "indexes";

/** What was found of one condition that Caretaker needs, and what to do about it. */
export interface Check {
  readonly name: CheckName;
  /** `warning`: works, but promises less; `failed`: does not work now; `fatal`: won't work until somebody changes a setting. */
  readonly state: "ok" | "warning" | "failed" | "fatal";
  readonly detail: string;
  readonly advice?: string;
}

export interface CheckSubjects {
  readonly db: Db;
  readonly queueRedis: Redis;
  readonly cacheRedis: Redis | Cluster;
}

/** The oldest PostgreSQL that its makers still mend. */
const oldestPostgres = 15;
const answerWithinMs = 1_000;

/** Looks at PostgreSQL, its migrations and both Redis servers, all at once; takes a second or so at most. */
export async function runChecks({ db, queueRedis, cacheRedis }: CheckSubjects): Promise<Check[]> {
  const checks = await Promise.all([
    attempt("postgres", () => checkPostgres(db), explainPostgres),
    attempt(
      "migrations",
      () => checkMigrations(db),
      () => ({ state: "failed", detail: "not known while PostgreSQL does not answer" }),
    ),
    attempt("queue redis", () => checkQueueRedis(queueRedis), explainRedis("QUEUE_REDIS_URL")),
    attempt("cache redis", () => checkCacheRedis(cacheRedis), explainRedis("CACHE_REDIS_URL")),
  ]);
  return checks;
}

export type Finding = Omit<Check, "name">;

/** What a look finds within a second; what keeps it from that is explained. */
export async function attempt(name: CheckName, look: () => Promise<Finding>, explain: (error: Error) => Finding): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    return { name, ...(await Promise.race([look(), late])) };
  } catch (error) {
    return { name, ...explain(error as Error) };
  } finally {
    clearTimeout(timer);
  }
}

async function checkPostgres(db: Db): Promise<Finding> {
  const { rows } = await db.pool.query<{ number: number; version: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
  );
  const { number = 0, version = "" } = rows[0] ?? {};
  if (number >= oldestPostgres * 10_000) return { state: "ok", detail: `PostgreSQL ${version}` };
  return {
    state: "fatal",
    detail: `PostgreSQL ${version} is too old`,
    advice: `upgrade to PostgreSQL ${oldestPostgres} or newer, or point DATABASE_URL at one`,
  };
}

async function checkMigrations(db: Db): Promise<Finding> {
  const pending = await pendingMigrations(db);
  if (pending === 0) return { state: "ok", detail: "up to date" };
  return { state: "failed", detail: `the database is behind by ${pending} migration(s)`, advice: "run: npm run cli -- migrate" };
}

async function checkQueueRedis(redis: Redis): Promise<Finding> {
  const info = await infoOf(redis);
  const policy = info.get("maxmemory_policy");
  if (policy && policy !== "noeviction") {
    return {
      state: "failed",
      detail: `maxmemory-policy is ${policy}: it may throw jobs away`,
      advice: "set maxmemory-policy noeviction on the queues' Redis",
    };
  }
  if (info.get("aof_enabled") === "0") {
    return {
      state: "warning",
      detail: `Redis ${info.get("redis_version")} keeps no append-only file: jobs may be lost when it restarts`,
      advice: "set appendonly yes on the queues' Redis",
    };
  }
  return { state: "ok", detail: `Redis ${info.get("redis_version")}, noeviction, append-only file` };
}

async function checkCacheRedis(redis: Redis | Cluster): Promise<Finding> {
  const info = await infoOf(redis);
  return { state: "ok", detail: `Redis ${info.get("redis_version")}, ${info.get("maxmemory_policy")}` };
}

/** Waits for a connection that is being made; a failed try rejects with its reason. */
async function untilConnected(redis: Redis | Cluster): Promise<void> {
  if (redis.status === "ready") return;
  await once(redis, "ready");
}

async function infoOf(redis: Redis | Cluster): Promise<Map<string, string>> {
  await untilConnected(redis);
  const lines = (await redis.info()).split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

function explainPostgres(error: Error): Finding {
  const code = "code" in error ? String(error.code) : "";
  if (code === "28P01" || code === "28000")
    return {
      state: "fatal",
      detail: `PostgreSQL refuses the user or password: ${error.message}`,
      advice: "correct the user and password in DATABASE_URL",
    };
  if (code === "3D000") return { state: "fatal", detail: error.message, advice: "create the database, or correct its name in DATABASE_URL" };
  return { state: "failed", detail: `PostgreSQL can't be reached: ${reason(error)}`, advice: "start it, or correct host and port in DATABASE_URL" };
}

const explainRedis =
  (setting: string) =>
  (error: Error): Finding => {
    if (/NOAUTH|WRONGPASS|invalid username-password/i.test(error.message)) {
      return {
        state: "fatal",
        detail: `Redis refuses the user or password: ${error.message}`,
        advice: `correct the password in ${setting} (redis://user:password@host:port)`,
      };
    }
    return {
      state: "failed",
      detail: `Redis can't be reached: ${reason(error)}`,
      advice: `start it, or correct host and port in ${setting} (or REDIS_URL)`,
    };
  };

/** The message of an error; several tries of one connection come as an error without a message of its own. */
const reason = (error: Error) =>
  error.message || (error instanceof AggregateError ? error.errors.map(({ message }) => message).join(", ") : error.name);
