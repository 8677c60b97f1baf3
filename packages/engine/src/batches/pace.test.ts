import { createDb } from "@caretaker/db";
import { testDatabase } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { createPace } from "./pace.ts";
import { createPressure, type Pressure } from "./pressure.ts";

const { signal } = new AbortController();

/** A pace over a database whose batches take so long a row, on a clock of its own. */
function paced({ most = 10_000, msPerRow = 0.02, level = "none" as Pressure } = {}) {
  const facts = { msPerRow, level, now: 0 };
  const rests: number[] = [];
  const rest = async (ms: number) => void rests.push(Math.round(ms));
  const pace = createPace({ most, targetMs: 200, pressure: async () => facts.level, clock: () => facts.now, rest });
  const next = () =>
    pace.batch(signal, async (rows) => {
      facts.now += rows * facts.msPerRow;
      return rows;
    });
  const settle = async () => {
    for (let batch = 0; batch < 60; batch += 1) await next();
    return next();
  };
  return { facts, rests, next, settle };
}

test("batches begin small, and grow to the most that is allowed or to the target time", async () => {
  expect(await paced().next()).toBe(1_000);
  expect(await paced({ most: 300 }).next()).toBe(300);
  expect(await paced({ most: 3_000 }).settle()).toBe(3_000);
  const slow = paced({ msPerRow: 0.5 });
  const rows = await slow.settle();
  expect(rows * 0.5).toBeGreaterThan(80);
  expect(rows * 0.5).toBeLessThanOrEqual(200);
  expect(slow.rests).toEqual([]);
});

test("while others work, batches are small from the first on, take a tenth and rest as long as they took", async () => {
  const { next, settle, rests, facts } = paced({ level: "busy" });
  expect(await next()).toBe(50);
  expect((await settle()) * facts.msPerRow).toBeLessThanOrEqual(20);
  expect(rests.at(-1)).toBeGreaterThan(8);
});

test("under strain batches shrink to the fewest and rest four times as long, until it is over", async () => {
  const { settle, rests, facts } = paced({ level: "strained" });
  expect(await settle()).toBe(50);
  expect(rests.at(-1)).toBe(4);
  facts.level = "none";
  expect(await settle()).toBeGreaterThan(5_000);
});

test("batches that stay slow although they are small are a strain of their own; a single one is none", async () => {
  const { facts, next, rests } = paced();
  for (let batch = 0; batch < 30; batch += 1) {
    facts.msPerRow = batch === 22 ? 1 : 0.02;
    await next();
  }
  expect(rests).toEqual([]);
  facts.msPerRow = 20;
  for (let batch = 0; batch < 3; batch += 1) await next();
  expect(rests.length).toBeGreaterThan(0);
});

test("a database is busy while others work in it, and strained while they wait for locks", async () => {
  await using database = await testDatabase();
  await using db = createDb({ url: database.url });
  await using others = createDb({ url: database.url, applicationName: "shop" });
  let now = 0;
  const pressure = createPressure(db, () => {
    now += 1_000;
    return now;
  });
  expect(await pressure()).toBe("none");
  await others.pool.query("create table stock (n int)");
  expect(await pressure()).toBe("busy");
  const [holder, waiter] = [await others.pool.connect(), await others.pool.connect()];
  await holder.query("begin; lock table stock");
  const waiting = waiter.query("select from stock");
  await expect.poll(pressure).toBe("strained");
  await holder.query("commit");
  await waiting;
  for (const client of [holder, waiter]) client.release();
});
