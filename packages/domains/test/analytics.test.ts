import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { AnalyticsResult } from "@caretaker/contracts";
import { closeDays, createEngine, type Domain, migrate } from "@caretaker/engine";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { createDomains, fillDemo } from "../src/index.ts";
import { actualAnalytics, expectedAnalytics, sessionsOnTheClock } from "./expected-analytics.ts";
import { importRows, rowsOf } from "./open-domain.ts";

async function openEngine({ tz = "UTC" } = {}) {
  const database = await testDatabase();
  const engine = createEngine({
    domains: createDomains({ LEARNING_TZ: tz }),
    database: { url: database.url, statementTimeoutMs: 0 },
    ...{ queueRedisUrl: testRedisUrl(), cacheRedisUrl: testRedisUrl(), queuePrefix: `{${randomUUID()}}`, cachePrefix: randomUUID() },
    role: "worker",
  });
  await migrate(engine.db);
  const host = engine.work({ name: "analytics", concurrency: new Map([["analytics", 2]]) });
  host.start();
  const query = async (text: string, values: unknown[] = []) => (await engine.db.pool.query(text, values)).rows;
  return {
    engine,
    domain: engine.domains[0] as Domain,
    query,
    /** Runs the job to its end. */
    async rollUp(payload: Record<string, unknown> = {}) {
      const { id } = await engine.enqueue("analytics", { domain: "learning", ...payload });
      const job = await engine.followJob("analytics", id, { signal: AbortSignal.timeout(50_000) });
      expect(job?.error).toBeNull();
      const result = job?.result as AnalyticsResult;
      return result.rollups.daily;
    },
    /** Compares what there is with what the formulas say; resolves to the number of rows. */
    async expectAnalytics() {
      const actual = await query(actualAnalytics);
      await query(sessionsOnTheClock.replaceAll("ZONE", tz));
      expect(actual).toEqual(await query(expectedAnalytics));
      return actual.length;
    },
    async [Symbol.asyncDispose]() {
      await host.close(1_000);
      await engine[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const asOf = new Date("2026-03-11T15:00:00Z");
type Opened = Awaited<ReturnType<typeof openEngine>>;
const fill = ({ engine }: Opened) => fillDemo(engine.db, { users: 40, sessionsPerUser: 60, asOf });
const nothing = { windows: 0, rows: 0 };

test.each(["UTC", "America/St_Johns"])(
  "the days of %s are what SQL makes of the formulas, dirt included, and a second run changes nothing",
  async (tz) => {
    await using all = await openEngine({ tz });
    await fill(all);
    const first = await all.rollUp();
    expect(first).toEqual({ windows: first?.rows, rows: await all.expectAnalytics() });
    expect(await all.rollUp()).toEqual(nothing);
  },
);

test("late, changed, moved and deleted rows have their own days computed, and those whose trend they are in", async () => {
  await using all = await openEngine();
  await fill(all);
  await all.rollUp();
  const late = "insert into study_sessions (user_id, start_time, duration_minutes, effectiveness_rating) values (7, '2025-12-24 10:00Z', 40, 1)";
  await all.query(late);
  expect(await all.rollUp()).toMatchObject({ windows: 1 });
  await all.expectAnalytics();
  await all.query(`
    update study_sessions set effectiveness_rating = 5 where user_id = 8 and id % 3 = 0;
    update study_sessions set user_id = 10, start_time = start_time - interval '40 days' where user_id = 9 and id % 4 = 0;
    delete from study_sessions where user_id = 11; insert into study_sessions (user_id, start_time) values (999, 'infinity'), (999, '0001-01-01Z')`);
  await all.rollUp();
  await all.query("delete from study_sessions where user_id = 999");
  await all.expectAnalytics();
  expect(await all.rollUp({ rebuild: true })).toMatchObject({ rows: 0 });
});

test("a rebuild, and one of some days, put right what nobody told of", async () => {
  await using all = await openEngine();
  await fill(all);
  await all.rollUp();
  await all.query("update learning_analytics set session_count = 0 where analysis_date in ('2026-03-01', '2026-02-01')");
  await all.query(
    "insert into learning_analytics select 12345, analysis_date, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'x', 'x', 'x' from learning_analytics limit 1",
  );
  expect(await all.rollUp()).toEqual(nothing);
  const [{ n }] = await all.query("select count(*)::int as n from learning_analytics where analysis_date = '2026-03-01'");
  expect(await all.rollUp({ from: "2026-03-01", to: "2026-03-01" })).toEqual({ windows: n, rows: n });
  expect((await all.rollUp({ rebuild: true }))?.rows).toBeGreaterThan(1);
  await all.expectAnalytics();
});

test("archived sessions count on, and days whose sessions were deleted for good stay as they are", async () => {
  await using all = await openEngine();
  await fill(all);
  const before = new Date("2025-06-15T12:00:00Z");
  await all.rollUp();
  await all.query(`create table study_sessions_archive_all partition of study_sessions_archive default;
    insert into study_sessions_archive select s.*, now(), gen_random_uuid() from study_sessions s where start_time < '2025-09-01Z';
    delete from study_sessions where start_time < '2025-09-01Z'`);
  expect(await all.rollUp()).toMatchObject({ rows: 0 });
  await all.expectAnalytics();
  const kept = await all.query(actualAnalytics);
  await closeDays(all.engine.db.pool, { source: "study_sessions", subject: "", before });
  await all.query("delete from study_sessions_archive where start_time < $1", [before]);
  await all.query("insert into study_sessions (user_id, start_time) values (7, '2025-01-01Z')");
  await all.rollUp();
  await all.rollUp({ rebuild: true });
  expect(await all.query(actualAnalytics)).toEqual(kept);
});

test("runs at once, with changes between, leave what one run would", async () => {
  await using all = await openEngine();
  await fill(all);
  await all.rollUp();
  for (let round = 0; round < 4; round += 1) {
    await all.query("update study_sessions set effectiveness_rating = 1 + (coalesce(effectiveness_rating, 0) + id) % 5 where id % 5 = $1", [round]);
    const changing = all.query("update study_sessions set duration_minutes = duration_minutes + 1 where id % 7 = $1", [round]);
    await Promise.all([all.rollUp(), all.rollUp({ from: "2020-01-01" }), changing]);
  }
  await all.rollUp();
  await all.expectAnalytics();
});

test.skipIf(!existsSync(rowsOf("oulad")))(
  "the Open University's rows at 2015-07-01 (skipped where the files are not beside the repository)",
  async () => {
    await using all = await openEngine();
    await importRows(all, "oulad");
    expect((await all.rollUp({ asOf: "2015-07-01T00:00:00Z" }))?.rows).toBe(await all.expectAnalytics());
    expect(await all.rollUp({ asOf: "2015-07-01T00:00:00Z" })).toEqual(nothing);
  },
  120_000,
);
