import { attempt, type Check, type CheckSubjects, type Finding } from "./checks.ts";

const toleranceMs = 1_000;
const settings = { PostgreSQL: "DATABASE_URL", "the queues' Redis": "QUEUE_REDIS_URL", "the cache's Redis": "CACHE_REDIS_URL" } as const;

/** Compares this machine's clock with those of PostgreSQL and both Redis servers. */
export const checkClocks = (subjects: CheckSubjects, clock: () => number = Date.now): Promise<Check> =>
  attempt(
    "clocks",
    () => compare(subjects, clock),
    () => ({ state: "warning", detail: "not known while a server does not answer" }),
  );

async function compare({ db, queueRedis, cacheRedis }: CheckSubjects, clock: () => number): Promise<Finding> {
  const redisMs = async (redis: CheckSubjects["cacheRedis"]) => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000;
  };
  const postgresMs = async () =>
    (await db.pool.query<{ ms: number }>("select extract(epoch from clock_timestamp())::float8 * 1000 as ms")).rows[0]?.ms ?? Number.NaN;
  const ahead = {
    PostgreSQL: await aheadOf(clock, postgresMs),
    "the queues' Redis": await aheadOf(clock, () => redisMs(queueRedis)),
    "the cache's Redis": await aheadOf(clock, () => redisMs(cacheRedis)),
  };
  const names = Object.keys(ahead) as (keyof typeof ahead)[];
  const apart = names.filter((name) => Math.abs(ahead[name]) > toleranceMs);
  if (apart.length === 0) return { state: "ok", detail: `all within ${toleranceMs / 1_000} s of this machine's` };
  return {
    state: "warning",
    detail: apart
      .map((name) => `that of ${name} is ${Math.abs(ahead[name] / 1_000).toFixed(1)} s ${ahead[name] > 0 ? "ahead" : "behind"}`)
      .join(", "),
    advice: `set the clocks by NTP, here and where ${apart.map((name) => settings[name]).join(" and ")} points: slots fire by PostgreSQL's, ages and expiries go by each machine's own`,
  };
}

/** How far ahead of ours another clock is, ms; it was read in the middle of the time that asking took. */
async function aheadOf(clock: () => number, readMs: () => Promise<number>): Promise<number> {
  const began = clock();
  const other = await readMs();
  return other - (began + clock()) / 2;
}
