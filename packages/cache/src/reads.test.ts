import { testRedisUrl } from "@caretaker/stack/testing";
import { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import { Reads } from "./reads.ts";

test("reads that are asked for while one is away travel together, each gets its own answer, and a failure is everyone's", async () => {
  const redis = new Redis(testRedisUrl(), { retryStrategy: () => null });
  const reads = new Reads(redis);
  await redis.mset("reads:a", "1", "reads:b", "2");
  const send = vi.spyOn(redis, "sendCommand");
  const asked = [reads.read(["reads:a"]), reads.read(["reads:none", "reads:b"]), reads.read(["reads:b"])];
  expect(await Promise.all(asked)).toEqual([["1"], [null, "2"], ["2"]]);
  expect(send).toHaveBeenCalledTimes(2);
  expect(await reads.read(["reads:a"])).toEqual(["1"]);
  redis.disconnect();
  const failed = await Promise.allSettled([reads.read(["reads:a"]), reads.read(["reads:b"])]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("answers are cut out of what came in one piece, be they ASCII or not, missing, or larger than a piece", async () => {
  const redis = new Redis(testRedisUrl());
  const reads = new Reads(redis);
  const kinds = [
    ["reads:ascii", "one"],
    ["reads:日本", "naïve 日本 🙂"],
    ["reads:empty", ""],
    ["reads:none"],
    ["reads:large", "large ".repeat(50_000)],
  ] as const;
  const stored = kinds.filter(([, text]) => text !== undefined);
  await redis.mset(stored.flatMap(([key, text = ""]) => [key, text]));
  const orders = kinds.flatMap((first) => kinds.map((last) => [first, ...kinds, last]));
  for (const order of orders) expect(await reads.read(order.map(([key]) => key))).toEqual(order.map(([, text]) => text ?? null));
  for (const [key, text] of kinds) expect(await reads.read([key])).toEqual([text ?? null]);
  const many = Array.from({ length: 2_001 }, (_, index) => kinds[index % 4] as (typeof kinds)[number]);
  expect(await reads.read(many.map(([key]) => key))).toEqual(many.map(([, text]) => text ?? null));
  await redis.del(stored.map(([key]) => key));
  redis.disconnect();
});
