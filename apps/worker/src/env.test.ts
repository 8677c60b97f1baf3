import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const given = { DATABASE_URL: "postgres://a:b@127.0.0.1/x", REDIS_URL: "redis://127.0.0.1" };
const queuesOf = (text?: string) => [...readEnv({ ...given, ...(text === undefined ? {} : { WORKER_QUEUES: text }) }).WORKER_QUEUES];

test("queues are named with how many of their jobs run at once", () => {
  expect(queuesOf("warmup:20,archive:1")).toEqual([
    ["warmup", 20],
    ["archive", 1],
  ]);
  expect(queuesOf("cleanup")).toEqual([["cleanup", 1]]);
  expect(queuesOf().map(([queue]) => queue)).toEqual(["warmup", "cleanup", "archive", "analytics", "messages"]);
});

test("all that is wrong with the settings is told at once, with what to write", () => {
  const wrong = { ...given, REDIS_URL: "", WORKER_QUEUES: "warmpu:2,archive:none", WORKER_PORT: "eighty" };
  expect(() => readEnv(wrong)).toThrow(
    /QUEUE_REDIS_URL: not set.*\n.*CACHE_REDIS_URL: not set.*\n.*WORKER_PORT.*\n.*no queue warmpu.*\n.*such as warmup:20/,
  );
});

test("limits across all workers are numbers and rates, or none", () => {
  const { QUEUE_CONCURRENCY, QUEUE_RATES } = readEnv({ ...given, QUEUE_CONCURRENCY: "archive:1, cleanup:none", QUEUE_RATES: "analytics:100/1m" });
  expect([...QUEUE_CONCURRENCY]).toEqual([
    ["archive", { concurrency: 1 }],
    ["cleanup", { concurrency: null }],
  ]);
  expect([...QUEUE_RATES]).toEqual([["analytics", { rate: { max: 100, everyMs: 60_000 } }]]);
  expect(() => readEnv({ ...given, QUEUE_CONCURRENCY: "archive:0", QUEUE_RATES: "analytics:100,nowhere:1/1s" })).toThrow(
    /archive:0: write a queue.*\n.*analytics:100: write.*\n.*nowhere:1\/1s: write/,
  );
});

test("limits of domains are numbers of jobs in a queue", () => {
  expect([...readEnv({ ...given, DOMAIN_CONCURRENCY: "learning/warmup:2, stocks/archive:1" }).DOMAIN_CONCURRENCY]).toEqual([
    ["learning/warmup", 2],
    ["stocks/archive", 1],
  ]);
  expect(() => readEnv({ ...given, DOMAIN_CONCURRENCY: "learning:2,learning/nowhere:1" })).toThrow(
    /learning:2: write.*\n.*learning\/nowhere:1: write/,
  );
});

test("a limit of a domain that there is not is told with the known ones, and with all else that is wrong", () => {
  expect(() => readEnv({ ...given, DOMAIN_CONCURRENCY: "lerning/warmup:2", BATCH_TARGET: "fast" })).toThrow(
    /lerning\/warmup:2: write a domain \(learning, schools, .*\).*\n.*BATCH_TARGET: not a duration/,
  );
});

test("a Redis of several servers needs a mode, which both roles share unless one has its own", () => {
  const servers = { ...given, REDIS_URL: "redis://a:1, redis://b:2" };
  expect(() => readEnv({ ...servers, WORKER_PORT: "eighty" })).toThrow(
    /WORKER_PORT.*\n.*QUEUE_REDIS_URL: several servers need REDIS_MODE.*\n.*CACHE_REDIS_URL: several servers/,
  );
  expect(readEnv({ ...servers, REDIS_MODE: "sentinel", CACHE_REDIS_MODE: "cluster", REDIS_SENTINEL_NAME: "main" })).toMatchObject({
    QUEUE_REDIS_MODE: "sentinel",
    QUEUE_REDIS_SENTINEL_NAME: "main",
    CACHE_REDIS_MODE: "cluster",
  });
  expect(() => readEnv({ ...servers, REDIS_MODE: "cluster", QUEUE_PREFIX: "ct" })).toThrow(/QUEUE_PREFIX: a Cluster needs a part in braces/);
  expect(() => readEnv({ ...given, REDIS_URL: "redis://a:1,nonsense", REDIS_MODE: "cluster" })).toThrow(/QUEUE_REDIS_URL: not a URL/);
});
