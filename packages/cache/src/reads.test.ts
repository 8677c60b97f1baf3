import { testRedisUrl } from "@caretaker/stack/testing";
import { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import { Reads } from "./reads.ts";

test("reads of one turn travel together, each gets its own answer, and a failure is everyone's", async () => {
  const redis = new Redis(testRedisUrl(), { retryStrategy: () => null });
  const reads = new Reads(redis);
  await redis.mset("reads:a", "1", "reads:b", "2");
  const send = vi.spyOn(redis, "sendCommand");
  const asked = [reads.read(["reads:a"]), reads.read(["reads:none", "reads:b"]), reads.read(["reads:b"])];
  expect(await Promise.all(asked)).toEqual([["1"], [null, "2"], ["2"]]);
  expect(send).toHaveBeenCalledOnce();
  expect(await reads.read(["reads:a"])).toEqual(["1"]);
  redis.disconnect();
  const failed = await Promise.allSettled([reads.read(["reads:a"]), reads.read(["reads:b"])]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
