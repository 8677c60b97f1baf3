import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDb, migrate } from "@caretaker/db";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { Redis } from "ioredis";
import { expect, test, vi } from "vitest";

const program = fileURLToPath(new URL("consumer-process.ts", import.meta.url));
const [keys, messages] = [5, 40];

async function startProcess(orders: object) {
  const child = fork(program, [JSON.stringify(orders)]);
  await once(child, "message");
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  });
}

test("no message is lost, and each key keeps its order, when a consumer is killed", async () => {
  await using database = await testDatabase();
  await using db = createDb({ url: database.url });
  await migrate(db);
  const redis = new Redis(testRedisUrl());
  const [queuePrefix, notes] = [`{${randomUUID()}}`, randomUUID()];
  const orders = { databaseUrl: database.url, redisUrl: testRedisUrl(), queuePrefix, notes };
  await using publisher = await startProcess({ ...orders, work: false });
  publisher.send({ keys, messages });
  await using killed = await startProcess({ ...orders, work: true });
  await vi.waitUntil(async () => (await redis.llen(notes)) > (keys * messages) / 3, { timeout: 30_000, interval: 5 });
  killed.kill("SIGKILL");
  await using _last = await startProcess({ ...orders, work: true });
  const handled = async () => Map.groupBy(await redis.lrange(notes, 0, -1), (note) => note.split(" ")[0]);
  const isThere = async () => {
    const all = await handled();
    return all.size === keys && [...all].every(([key, seen]) => seen.includes(`${key} ${messages - 1}`));
  };
  await vi.waitUntil(isThere, { timeout: 50_000, interval: 100 });
  for (const [key, seen] of await handled()) {
    const once = seen.filter((note, index) => note !== seen[index - 1]); // the same again at once is a second try
    expect(once).toEqual(Array.from({ length: messages }, (_, n) => `${key} ${n}`));
  }
  redis.disconnect();
}, 120_000);
