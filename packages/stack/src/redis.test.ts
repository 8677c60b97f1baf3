import { rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { untilGone } from "../test/until-gone.ts";
import { startRedis } from "./redis.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const withRedis = async <T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
};

test("it evicts nothing, keeps what it is told and listens on loopback only", async () => {
  await using server = await startRedis();
  const settings = await withRedis(server.url, (redis) => redis.config("GET", "maxmemory-policy", "appendonly", "bind"));
  expect(settings).toEqual(expect.arrayContaining(["noeviction", "yes", "127.0.0.1"]));
});

test("killed, it starts again on its port with its data", async () => {
  await using server = await startRedis();
  await withRedis(server.url, (redis) => redis.set("answer", "42"));
  await server.kill("SIGKILL");
  await server.restart();
  expect(await withRedis(server.url, (redis) => redis.get("answer"))).toBe("42");
});

test("with a password, it lets nobody in without", async () => {
  await using server = await startRedis({ password: "a/b:c" });
  expect(await withRedis(server.url, (redis) => redis.ping())).toBe("PONG");
  const url = new URL(server.url);
  url.password = "";
  await expect(withRedis(url.href, (redis) => redis.ping())).rejects.toThrow(/NOAUTH/);
});

test("a port of its own choice that is taken is an error", async () => {
  await using first = await startRedis();
  await expect(startRedis({ port: Number(new URL(first.url).port) })).rejects.toThrow(/address already in use/i);
});

test("a server that a dead process left running is stopped first, one in use is refused", async () => {
  const dir = join(temporaryFolder(), "redis");
  await using left = await startRedis({ dir });
  const { pid } = left;
  await withRedis(left.url, (redis) => redis.set("answer", "42"));
  await expect(startRedis({ dir })).rejects.toThrow(`in use by process ${process.pid}`);
  rmSync(join(dir, "caretaker-owner"));
  await using server = await startRedis({ dir });
  await untilGone([pid]);
  expect(await withRedis(server.url, (redis) => redis.get("answer"))).toBe("42");
});
