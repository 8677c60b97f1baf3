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
  expect(queuesOf().map(([queue]) => queue)).toEqual(["warmup", "cleanup", "archive", "analytics"]);
});

test("all that is wrong with the settings is told at once, with what to write", () => {
  const wrong = { ...given, REDIS_URL: "", WORKER_QUEUES: "warmpu:2,archive:none", WORKER_PORT: "eighty" };
  expect(() => readEnv(wrong)).toThrow(
    /QUEUE_REDIS_URL: not set.*\n.*CACHE_REDIS_URL: not set.*\n.*WORKER_PORT.*\n.*no queue warmpu.*\n.*such as warmup:20/,
  );
});
