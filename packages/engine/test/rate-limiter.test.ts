import { randomUUID } from "node:crypto";
import { testRedisUrl } from "@caretaker/stack/testing";
import { Redis } from "ioredis";
import { afterAll, expect, test } from "vitest";
import { createRateLimiter, type RateLimiter } from "../src/intake/rate-limiter.ts";

const redis = new Redis(testRedisUrl());
afterAll(() => redis.disconnect());

const windowMs = 60_000;
const limiter = (options: { prefix?: string; limit?: number; clock?: () => number; over?: Redis } = {}) =>
  createRateLimiter({ redis: options.over ?? redis, prefix: options.prefix ?? randomUUID(), limit: options.limit ?? 100, windowMs, ...options });

async function granted(requests: number, ...limiters: RateLimiter[]): Promise<number> {
  const grants = await Promise.all(Array.from({ length: requests }, (_, n) => (limiters[n % limiters.length] as RateLimiter).take("anna")));
  return grants.filter(({ allowed }) => allowed).length;
}

test("a caller gets the limit in a window, from all processes together", async () => {
  const prefix = randomUUID();
  expect(await granted(300, limiter({ prefix }), limiter({ prefix }), limiter({ prefix }))).toBe(100);
});

test("another caller has a limit of its own", async () => {
  const one = limiter({ limit: 1 });
  expect(await one.take("anna")).toMatchObject({ allowed: true, limit: 1, remaining: 0 });
  expect(await one.take("anna")).toMatchObject({ allowed: false, remaining: 0, resetSeconds: expect.any(Number) });
  expect(await one.take("bert")).toMatchObject({ allowed: true });
});

test("the next window begins anew", async () => {
  let now = 0;
  const prefix = randomUUID();
  const one = limiter({ prefix, limit: 2, clock: () => now });
  expect(await granted(3, one)).toBe(2);
  now = windowMs + 1;
  await redis.del(`${prefix}:rate:anna`);
  expect(await granted(3, one)).toBe(2);
});

test("without Redis each process keeps to the limit by itself", async () => {
  const gone = new Redis("redis://127.0.0.1:1", { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => null });
  gone.on("error", () => {});
  expect(await granted(300, limiter({ over: gone }))).toBe(100);
});
