import { expect, inject, test, vi } from "vitest";
import { scheduleFleet } from "./schedule-fleet.ts";

test("replicas that start at once, also with clocks that are off by five minutes, fire each slot once", async () => {
  await using fleet = await scheduleFleet(inject("databaseUrl"), 30);
  await fleet.startAll([0, 300_000, -300_000]);
  await fleet.untilFired(10);
  await fleet.stopAll();
  expect(await fleet.faults()).toEqual([]);
  expect(await fleet.query("select from schedule_fires where scheduled_for > now()")).toEqual([]);
});

test("after Redis has lost everything schedules go on, and the slots say what became of them", async () => {
  await using fleet = await scheduleFleet(inject("databaseUrl"), 3);
  await fleet.startAll([0, 0]);
  await fleet.untilFired(2);
  await fleet.loseRedis();
  await fleet.untilFired(5);
  const queues = Object.values(fleet.engine.queues);
  const schedulers = async () => (await Promise.all(queues.map((queue) => queue.getJobSchedulers()))).flatMap((some) => some.map(({ key }) => key));
  const all = (await fleet.query<{ id: string }>("select id from schedules where not paused")).map(({ id }) => id);
  expect(all.length).toBeGreaterThan(3);
  await vi.waitFor(async () => expect((await schedulers()).sort()).toEqual(all.sort()), { timeout: 45_000, interval: 500 });
  await vi.waitUntil(
    async () => (await fleet.query("select from schedule_fires where ended_at is null and scheduled_for < now() - interval '2 s'")).length === 0,
    { timeout: 30_000, interval: 500 },
  );
  await fleet.stopAll();
  expect(await fleet.faults()).toEqual([]);
});

test("slots that came due with all workers down are filled by the policy", async () => {
  await using fleet = await scheduleFleet(inject("databaseUrl"), 2, { missed: "latest" });
  await fleet.query("update schedules set next_at = next_at - interval '5 minutes'");
  await fleet.startAll([0]);
  await fleet.untilFired(2);
  const outcomes = await fleet.query(
    "select schedule_id, outcome, count(distinct job_id)::int as jobs from schedule_fires where outcome in ('late', 'coalesced') group by 1, 2 order by 1, 2",
  );
  expect(outcomes).toEqual(
    ["learning.every-1", "learning.every-2"].flatMap((schedule_id) => [
      { schedule_id, outcome: "coalesced", jobs: 1 },
      { schedule_id, outcome: "late", jobs: 1 },
    ]),
  );
  await fleet.stopAll();
  expect(await fleet.faults()).toEqual([]);
});

test("a worker that is killed in a job leaves a stalled attempt, and the next one ends the job", async () => {
  await using fleet = await scheduleFleet(inject("databaseUrl"), 0);
  const [first] = await fleet.startAll([0]);
  const lock = await fleet.engine.db.pool.connect();
  await lock.query("begin; lock table users in access exclusive mode");
  const { id } = await fleet.engine.enqueue("warmup", { domain: "learning" });
  await vi.waitUntil(async () => (await fleet.query(`select from running_attempts where job_id = '${id}'`)).length > 0, {
    timeout: 20_000,
    interval: 20,
  });
  first?.kill("SIGKILL");
  await first?.exited;
  await lock.query("rollback");
  lock.release();
  await fleet.start("second");
  expect(await fleet.engine.followJob("warmup", id, { signal: AbortSignal.timeout(40_000) })).toMatchObject({ state: "completed" });
  await fleet.stopAll();
  expect(await fleet.query(`select attempt, outcome, worker from job_runs where job_id = '${id}' order by attempt`)).toEqual([
    { attempt: 1, outcome: "stalled", worker: "worker-0" },
    { attempt: 2, outcome: "completed", worker: "second" },
  ]);
});
