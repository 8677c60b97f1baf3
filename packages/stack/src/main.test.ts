import { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import { ask } from "../test/ask.ts";
import { startProgram } from "../test/start-program.ts";

test("its first lines are the URLs of servers that answer, and it ends with 0 on SIGTERM", async () => {
  await using stack = startProgram("src/main.ts", ["--temporary"]);
  const databaseUrl = /^DATABASE_URL=(.+)$/.exec((await stack.nextLine()) ?? "")?.[1] as string;
  const redisUrl = /^REDIS_URL=(.+)$/.exec((await stack.nextLine()) ?? "")?.[1] as string;
  expect(await ask(databaseUrl, "select 42 as answer")).toEqual([{ answer: 42 }]);
  const redis = new Redis(redisUrl, { retryStrategy: () => null });
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
  stack.kill("SIGTERM");
  expect(await stack.exited).toEqual([0, null]);
  await expect(ask(databaseUrl, "select 1")).rejects.toThrow(/ECONNREFUSED/);
});

test("its servers stop when its parent is killed with kill -9", async () => {
  await using parent = startProgram("test/parent.ts");
  const databaseUrl = (await parent.nextLine())?.replace("DATABASE_URL=", "") as string;
  expect(await ask(databaseUrl, "select 42 as answer")).toEqual([{ answer: 42 }]);
  parent.kill("SIGKILL");
  const refused = () =>
    ask(databaseUrl, "select 1").then(
      () => false,
      (error: Error) => /ECONNREFUSED/.test(error.message),
    );
  await vi.waitUntil(refused, { timeout: 10_000 });
});

test("servers that are given are used", async () => {
  const given = { DATABASE_URL: "postgres://somewhere/db", REDIS_URL: "redis://elsewhere" };
  await using stack = startProgram("src/main.ts", [], given);
  expect([await stack.nextLine(), await stack.nextLine()]).toEqual(["DATABASE_URL=postgres://somewhere/db", "REDIS_URL=redis://elsewhere"]);
  stack.kill("SIGINT");
  expect(await stack.exited).toEqual([0, null]);
});

test("it ends with 1 where it cannot start", async () => {
  await using stack = startProgram("src/main.ts", ["--temporary"], { TMPDIR: "/nowhere" });
  expect(await stack.exited).toEqual([1, null]);
});

test("--help says what it does and starts nothing", async () => {
  await using stack = startProgram("src/main.ts", ["--help"]);
  expect(await stack.nextLine()).toMatch(/^npm run stack/);
  expect(await stack.exited).toEqual([0, null]);
});
