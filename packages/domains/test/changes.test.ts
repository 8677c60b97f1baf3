import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createEngine, type Domain, type Engine, migrate } from "@caretaker/engine";
import { startRedis } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { createDomains } from "../src/index.ts";

const asOf = new Date("2026-03-11T15:00:00Z");
const userId = 7;
const date = "2026-03-11";

/** Engines that stand for processes: they share servers and prefixes and nothing else. */
async function openProcesses({ cacheRedisUrl = testRedisUrl() } = {}) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await testDatabase());
  const [queuePrefix, cachePrefix] = [`{${randomUUID()}}`, randomUUID()];
  const open = async (role: "producer" | "worker" = "producer") => {
    const engine = all.use(
      createEngine({
        domains: createDomains({ LEARNING_TZ: "UTC" }),
        database: { url: database.url },
        ...{ queueRedisUrl: testRedisUrl(), cacheRedisUrl, queuePrefix, cachePrefix, role },
        cacheReadTimeoutMs: 10_000,
        clock: () => asOf,
      }),
    );
    await engine.check(); // it waits for connections
    return engine;
  };
  const all = opened.move();
  const first = await open();
  await migrate(first.db);
  /** As any program does, without Caretaker. */
  const psql = (text: string) => first.db.pool.query(text);
  await psql(`insert into users (id, email, username) select g, g || '@example.org', g from generate_series(1, 100) g; truncate change_outbox`);
  return { first, open, psql, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const dailyStats = ({ domains }: Engine) => (domains[0] as Domain).entries[0] as Domain["entries"][number];
const read = (engine: Engine) => engine.cache.get(dailyStats(engine), { userId, date });
const minutesSeen = async (engine: Engine) => ((await read(engine)).value as { totalDuration: number }).totalDuration;
const addSession = (minutes: number, user = userId) =>
  `insert into study_sessions (user_id, start_time, end_time, duration_minutes) values (${user}, '${date} 09:00Z', '${date} 10:00Z', ${minutes})`;
const waiting = async ({ db }: Engine, table: string) => (await db.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;

test("what another program changes is seen by readers of every process", async () => {
  await using processes = await openProcesses();
  const { first, open, psql } = processes;
  const second = await open();
  await using _relay = first.relay();
  await using _other = second.relay();
  await psql(addSession(30));
  for (const minutes of [30, 45, 60]) {
    await psql(`update study_sessions set duration_minutes = ${minutes}`);
    const inMemory = async (engine: Engine) => (await minutesSeen(engine)) === minutes && (await read(engine)).source === "l1";
    await vi.waitUntil(async () => (await inMemory(first)) && (await inMemory(second)), { timeout: 5_000, interval: 5 });
  }
  await vi.waitUntil(async () => (await waiting(first, "change_outbox")) === 0);
});

test("what changed while no process was there is caught up with before anything cached is served", async () => {
  await using processes = await openProcesses();
  const { first, open, psql } = processes;
  await psql(addSession(30));
  expect(await minutesSeen(first)).toBe(30);
  await psql("update study_sessions set duration_minutes = 45");
  expect(await read(await open())).toMatchObject({ source: "l2", value: { totalDuration: 30 } });
  const late = await open();
  await using relay = late.relay();
  expect(await read(late)).toMatchObject({ source: "miss", value: { totalDuration: 45 } });
  await relay.ready;
  expect(relay.isCurrent).toBe(true);
  expect(await minutesSeen(late)).toBe(45);
  expect((await read(late)).source).not.toBe("miss");
});

test("while changes can't be announced nothing cached is served, and they are caught up with when the cache's Redis is back", async () => {
  await using redis = await startRedis();
  await using processes = await openProcesses({ cacheRedisUrl: redis.url });
  const { first, psql } = processes;
  await using relay = first.relay();
  await relay.ready;
  await psql(addSession(30));
  await vi.waitUntil(async () => (await minutesSeen(first)) === 30 && (await read(first)).source === "l1");
  await redis.kill("SIGSTOP");
  const closed = once(relay.events, "current");
  await psql("update study_sessions set duration_minutes = 45");
  expect(await closed).toMatchObject([{ current: false }]);
  const opened = once(relay.events, "current");
  await redis.kill("SIGCONT");
  for (let source = ""; source !== "l1"; ) {
    const reading = await read(first);
    expect(reading.value).toMatchObject({ totalDuration: 45 });
    source = reading.source;
  }
  expect(await opened).toMatchObject([{ current: true }]);
});

test("changes that could not be announced are announced again, and those of others meanwhile", async () => {
  await using processes = await openProcesses();
  const { first, psql } = processes;
  const away = vi.spyOn(first.cache, "invalidate").mockRejectedValue(new Error("Redis is away"));
  await psql(addSession(30));
  await using relay = first.relay();
  const [error] = (await once(relay.events, "delayed")) as [Error];
  expect(error.message).toBe("Redis is away");
  expect(await waiting(first, "warmup_requests")).toBe(0);
  away.mockRestore();
  const invalidate = vi.spyOn(first.cache, "invalidate");
  await psql(addSession(30, 8));
  await vi.waitUntil(async () => (await waiting(first, "change_outbox")) === 0);
  expect(invalidate.mock.calls.flat(2).sort()).toEqual(["learning:user:7", "learning:user:8"]);
});

test("two processes share the changes of a bulk statement, and none is left", async () => {
  await using processes = await openProcesses();
  const { first, open, psql } = processes;
  const second = await open();
  const tags = [first, second].map(({ cache }) => vi.spyOn(cache, "invalidate"));
  await psql("insert into study_sessions (user_id, start_time, end_time) select 1 + g % 5000, now(), now() from generate_series(1, 20000) g");
  expect(await waiting(first, "change_outbox")).toBe(5_000);
  await using _relay = first.relay();
  await using _other = second.relay();
  await vi.waitUntil(async () => (await waiting(first, "change_outbox")) === 0, { timeout: 10_000 });
  const announced = tags.flatMap(({ mock }) => mock.calls.flat(2)).sort();
  expect(announced).toEqual(Array.from({ length: 5_000 }, (_, index) => `learning:user:${index + 1}`).sort());
});

test("sessions of a while are warmed by one warm-up, without users that can't be", async () => {
  await using processes = await openProcesses();
  const { first, open, psql } = processes;
  const worker = await open("worker");
  const host = worker.work({ name: "changes", concurrency: new Map([["warmup", 2]]) });
  host.start();
  await using _relay = worker.relay();
  for (const user of [7, 7, 7, 8, -3]) await psql(addSession(30, user));
  await psql("update course_progress set proficiency_level = 1");
  await vi.waitUntil(async () => (await waiting(first, "change_outbox")) === 0);
  expect(await first.queues.warmup.getJobs()).toEqual([]);
  const { rows } = await psql("update warmup_requests set due_at = due_at - interval '5 s' returning subject, due_at < clock_timestamp() as due");
  expect(rows.map(({ subject, due }) => `${subject} ${due}`).sort()).toEqual(["-3 true", "7 true", "8 true"]);
  const [job] = await vi.waitUntil(async () => {
    const jobs = await first.queues.warmup.getJobs(["completed"]);
    return jobs.filter(({ name, parent }) => name === "learning.warmup" && !parent).length > 0 && jobs.filter(({ parent }) => !parent);
  });
  expect(job?.data.scope.params.map(({ userId: id }: { userId: number }) => id).sort()).toEqual([7, 8]);
  const courses = first.domains[0]?.entries.find(({ name }) => name === "learning.course-summary");
  expect(await first.cache.get(courses as Domain["entries"][number], { userId })).toMatchObject({ source: "l2", value: { totalCourses: 0 } });
  await host.close(1_000);
});

test("a table that is emptied empties the domain's cache", async () => {
  await using processes = await openProcesses();
  const { first, psql } = processes;
  await psql(addSession(30));
  await using _relay = first.relay();
  await vi.waitUntil(async () => (await read(first)).source === "l1");
  await psql("truncate study_sessions");
  await vi.waitUntil(async () => (await minutesSeen(first)) === 0);
});
