import { createDb } from "@caretaker/db";
import { createQueueRedis } from "@caretaker/queue";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { checkClocks } from "../src/check-clocks.ts";

test("clocks that are apart are named, with how far and which way", async () => {
  await using database = await testDatabase();
  await using db = createDb({ url: database.url });
  const redis = createQueueRedis(testRedisUrl(), "worker", () => {});
  const subjects = { db, queueRedis: redis, cacheRedis: redis };
  expect(await checkClocks(subjects)).toMatchObject({ name: "clocks", state: "ok" });
  const slow = await checkClocks(subjects, () => Date.now() - 300_000);
  expect(slow).toMatchObject({
    state: "warning",
    detail: expect.stringMatching(/PostgreSQL is 300\.\d s ahead, that of the queues' Redis is 300\.\d s ahead/),
  });
  expect((await checkClocks(subjects, () => Date.now() + 5_000)).detail).toMatch(
    /the cache's Redis is 5\.\d s behind|the cache's Redis is 4\.9 s behind/,
  );
  redis.disconnect();
  expect(await checkClocks(subjects)).toMatchObject({ state: "warning", detail: "not known while a server does not answer" });
});
