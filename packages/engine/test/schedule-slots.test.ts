import { expect, test, vi } from "vitest";
import { settle } from "../src/schedules/settle.ts";
import { awayFor, hourly, id, jobIds, type Stack, scheduled } from "./scheduled.ts";
import { testEngine } from "./test-engine.ts";

const fires = async (stack: Stack) =>
  (
    await stack.query<{ outcome: string; jobs: string }>(`select outcome, count(distinct job_id) as jobs from schedule_fires group by 1 order by 1`)
  ).map(({ outcome, jobs }) => `${outcome} ${jobs}`);

test("a slot that has come due gets one row and one job, however many replicas look", async () => {
  await using first = await scheduled();
  await using replicas = new AsyncDisposableStack();
  const others = await Promise.all(Array.from({ length: 7 }, async () => replicas.use(await testEngine({ schedules: [hourly] }, first.shared))));
  await awayFor(first, "1 hour");
  const results = await Promise.all([first, ...others].map(({ engine }) => engine.schedules.sweep()));
  expect(results.reduce((sum, { settled }) => sum + settled, 0)).toBe(1);
  const [fire] = await first.engine.schedules.fires(id);
  expect(fire).toMatchObject({ schedule: id, outcome: "late", endedAt: null });
  expect(await jobIds(first)).toEqual([fire?.jobId]);
  const job = await first.engine.readJob("warmup", String(fire?.jobId));
  expect(job).toMatchObject({ name: "test.warmup", payload: { domain: "test", asOf: fire?.scheduledFor } });
});

test("a replica that dies between row and job, or between job and note, leaves one of each", async () => {
  await using stack = await scheduled();
  stack.work();
  await awayFor(stack, "1 hour");
  expect(await settle(stack.engine.db)).toBe(1);
  expect(await jobIds(stack)).toEqual([]);
  expect(await stack.engine.schedules.sweep()).toMatchObject({ settled: 0, handedOut: 1 });
  const [jobId] = await jobIds(stack);
  await stack.ended(String(jobId));
  await stack.query("update schedule_fires set enqueued_at = null");
  expect(await stack.engine.schedules.sweep()).toMatchObject({ handedOut: 1 });
  expect(await jobIds(stack)).toEqual([jobId]);
  await stack.engine.runLog.flush();
  expect((await stack.engine.searchRuns({})).runs).toHaveLength(1);
});

test.each([
  ["skip", ["missed 0"]],
  ["latest", ["coalesced 1", "late 1"]],
  ["all", ["late 3", "missed 0"]],
])("slots that nobody was there for are filled by the policy %s", async (missed, expected) => {
  await using stack = await scheduled({ missed, missedCap: 3, overlap: "allow" });
  await awayFor(stack, "5 hours");
  expect(await stack.engine.schedules.sweep()).toMatchObject({ settled: 5 });
  expect(await fires(stack)).toEqual(expected);
  expect(await jobIds(stack)).toHaveLength(missed === "all" ? 3 : missed === "latest" ? 1 : 0);
});

test("a long absence leaves a row for each slot and one job", async () => {
  await using stack = await scheduled({ when: { every: "1s" } });
  await stack.query("update schedules set next_at = date_trunc('second', now() - interval '8 hours')");
  const { settled } = await stack.engine.schedules.sweep();
  const [{ rows, span }] = (await stack.query(
    "select count(*)::int as rows, extract(epoch from max(scheduled_for) - min(scheduled_for))::int + 1 as span from schedule_fires",
  )) as [{ rows: number; span: number }];
  expect(rows).toBe(settled);
  expect(rows).toBe(span);
  expect(rows).toBeGreaterThanOrEqual(8 * 3_600);
  expect(await jobIds(stack)).toHaveLength(1);
});

test("missed slots that are all made up for run one after the other", async () => {
  await using stack = await scheduled({ missed: "all" });
  await awayFor(stack, "3 hours");
  for (let run = 1; run <= 3; run += 1) {
    await stack.engine.schedules.sweep();
    expect(await jobIds(stack)).toHaveLength(run);
    if (run === 1) stack.work();
    for (const jobId of await jobIds(stack)) await stack.ended(String(jobId));
  }
  await stack.engine.schedules.sweep();
  expect(await stack.query("select from schedule_fires where outcome = 'late' and ended_at is not null")).toHaveLength(3);
});

test.each([
  ["skip", ["ran", "skipped", "skipped", "skipped"]],
  ["queue-one", ["ran", "ran", "coalesced", "coalesced"]],
  ["allow", ["ran", "ran", "ran", "ran"]],
] as const)("slots that come due while a run is under way: %s", async (overlap, expected) => {
  const goOn = Promise.withResolvers<void>();
  await using stack = await scheduled({ when: { every: "1s" }, overlap }, { act: () => goOn.promise });
  stack.work();
  const rows = () => stack.query<{ outcome: string; job_id: string }>("select outcome, job_id from schedule_fires order by scheduled_for limit 4");
  await vi.waitUntil(
    async () => {
      await stack.engine.schedules.sweep();
      return (await rows()).length === 4;
    },
    { timeout: 20_000, interval: 200 },
  );
  const [first, second] = await rows();
  expect((await rows()).map(({ outcome }) => outcome)).toEqual(expected);
  if (overlap === "queue-one") {
    expect(await stack.engine.queues.warmup.getJob(String(second?.job_id))).toBeUndefined();
    goOn.resolve();
    await stack.ended(String(first?.job_id));
    await stack.engine.schedules.sweep();
    expect(await stack.ended(String(second?.job_id))).toMatchObject({ state: "completed" });
  }
  goOn.resolve();
});

test("a job that Redis has lost is handed over once more, late; lost again, its slot was missed", async () => {
  await using stack = await scheduled();
  await awayFor(stack, "1 hour");
  await stack.engine.schedules.sweep();
  await stack.query("update schedule_fires set outcome = 'ran'");
  const lose = async () => {
    for (const jobId of await jobIds(stack)) await (await stack.engine.queues.warmup.getJob(String(jobId)))?.remove();
    await stack.query("update schedule_fires set enqueued_at = now() - interval '11 seconds'");
  };
  const before = await jobIds(stack);
  await lose();
  expect(await stack.engine.schedules.sweep()).toMatchObject({ lost: 1, handedOut: 1 });
  expect(await fires(stack)).toEqual(["late 1"]);
  expect(await jobIds(stack)).toEqual(before);
  await lose();
  expect(await stack.engine.schedules.sweep()).toMatchObject({ lost: 1, handedOut: 0 });
  expect(await fires(stack)).toEqual(["missed 1"]);
});

test("a job that Redis has forgotten after it ended is not taken for lost", async () => {
  await using stack = await scheduled();
  stack.work();
  await awayFor(stack, "1 hour");
  await stack.engine.schedules.sweep();
  const [jobId] = await jobIds(stack);
  await stack.ended(String(jobId));
  await stack.engine.runLog.flush();
  await (await stack.engine.queues.warmup.getJob(String(jobId)))?.remove();
  await stack.query("update schedule_fires set enqueued_at = now() - interval '11 seconds'");
  expect(await stack.engine.schedules.sweep()).toMatchObject({ lost: 0, handedOut: 0 });
  expect((await stack.engine.schedules.fires(id))[0]).toMatchObject({ outcome: "late", endedAt: expect.any(String) });
});

test("BullMQ's schedulers follow the schedules, and their ticks fire them", async () => {
  await using stack = await scheduled({ when: { every: "1s" } });
  expect(await stack.engine.schedules.sync()).toEqual([id]);
  expect(await stack.engine.schedules.sync()).toEqual([]);
  stack.work();
  await vi.waitUntil(async () => (await jobIds(stack)).length > 1, { timeout: 20_000 });
  await stack.engine.schedules.pause(id);
  expect(await stack.engine.schedules.sync()).toEqual([id]);
  expect(await stack.engine.queues.warmup.getJobSchedulers()).toEqual([]);
});
