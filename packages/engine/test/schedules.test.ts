import { expect, test, vi } from "vitest";
import { defineArchivePolicy } from "../src/archive/archive-policy.ts";
import { defineCleanupRule } from "../src/cleanup/cleanup-rule.ts";
import { declare, declaredSchedules } from "../src/schedules/declare.ts";
import { settle } from "../src/schedules/settle.ts";
import { testEngine } from "./test-engine.ts";

type Stack = Awaited<ReturnType<typeof testEngine>>;

const hourly = { name: "hourly", queue: "warmup", when: { every: "1h" }, payload: {} } as const;
const id = "test.hourly";

/** A stack whose schedule `test.hourly` is declared. */
async function scheduled(schedule: object = {}, more: Parameters<typeof testEngine>[0] = {}) {
  const stack = await testEngine({ ...more, schedules: [{ ...hourly, ...schedule }] });
  await stack.engine.schedules.declare();
  return stack;
}

/** Has slots come due as if nobody had been there for so long. */
const awayFor = (stack: Stack, interval: string) =>
  stack.query(`update schedules set next_at = date_bin('1 hour', now() - $1::interval, 'epoch') + interval '1 hour'`, [interval]);
const fires = async (stack: Stack) =>
  (
    await stack.query<{ outcome: string; jobs: string }>(`select outcome, count(distinct job_id) as jobs from schedule_fires group by 1 order by 1`)
  ).map(({ outcome, jobs }) => `${outcome} ${jobs}`);
const jobIds = async ({ engine }: Stack) =>
  (await engine.queues.warmup.getJobs(["waiting", "active", "completed", "failed"])).map((job) => job.id).sort();

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

test("what is declared is written once; an operator's change to it stays, and is shown", async () => {
  await using stack = await scheduled();
  const { schedules } = stack.engine;
  expect(await schedules.declare()).toEqual([]);
  expect(await schedules.get(id)).toMatchObject({ when: { every: "1h" }, missed: "latest", overlap: "skip", paused: false, override: {} });
  await schedules.change(id, { when: { pattern: "0 4 * * *", tz: "Europe/Berlin" } });
  await schedules.pause(id);
  const deployed = declaredSchedules([
    { ...(stack.engine.domains[0] as never as object), schedules: [{ ...hourly, when: { every: "2h" } }] } as never,
  ]);
  expect(await declare(stack.engine.db, deployed)).toEqual([id]);
  expect(await schedules.get(id)).toMatchObject({
    when: { pattern: "0 4 * * *" },
    paused: true,
    nextAt: null,
    declared: { when: { every: "2h" } },
    override: { when: { pattern: "0 4 * * *", tz: "Europe/Berlin" } },
  });
  expect(await schedules.reset(id)).toMatchObject({ when: { every: "2h" }, paused: false, override: {} });
});

test("schedules that are no longer declared are removed, those of operators stay", async () => {
  await using stack = await scheduled();
  const { schedules } = stack.engine;
  await schedules.create({ id: "test.mine", queue: "warmup", when: { every: "1h" } });
  expect(await declare(stack.engine.db, [])).toEqual([id]);
  expect((await schedules.list()).map((schedule) => schedule.id)).toEqual(["test.mine"]);
  await schedules.remove("test.mine");
  expect(await schedules.list()).toEqual([]);
});

test("a paused schedule expects nothing, and goes on with the first slot after its pause", async () => {
  await using stack = await scheduled();
  await stack.engine.schedules.pause(id);
  await awayFor(stack, "5 hours");
  expect(await stack.engine.schedules.sweep()).toMatchObject({ settled: 0 });
  const { nextAt } = await stack.engine.schedules.resume(id);
  expect(Date.parse(String(nextAt))).toBeGreaterThan(Date.now());
  expect(await stack.engine.schedules.fires(id)).toEqual([]);
});

test("the next ten fires are shown, of a schedule and of a timing that is not saved", async () => {
  await using stack = await scheduled();
  const next = await stack.engine.schedules.preview(id);
  expect(next).toHaveLength(10);
  expect(next[0]).toBe((await stack.engine.schedules.get(id)).nextAt);
  const daily = await stack.engine.schedules.preview({ pattern: "0 4 * * *", tz: "UTC" });
  expect(daily.every((fire) => fire.endsWith("T04:00:00.000Z"))).toBe(true);
});

test("a schedule is run now without using up a slot, and slots that did not run are filled", async () => {
  await using stack = await scheduled({ missed: "skip", overlap: "allow" });
  const { schedules } = stack.engine;
  expect(await schedules.runNow(id)).toMatchObject({ queue: "warmup", name: "test.warmup", state: "waiting" });
  expect(await schedules.fires(id)).toEqual([]);
  await awayFor(stack, "3 hours");
  await schedules.sweep();
  const day = { from: new Date(Date.now() - 5.5 * 3_600_000), to: new Date() };
  expect(await schedules.backfill(id, day)).toBeGreaterThanOrEqual(5);
  expect(await schedules.backfill(id, day)).toBe(0);
  await schedules.sweep();
  const filled = await schedules.fires(id);
  expect(new Set(filled.map(({ outcome }) => outcome))).toEqual(new Set(["late"]));
  expect(await jobIds(stack)).toEqual(expect.arrayContaining(filled.map(({ jobId }) => jobId)));
  await expect(schedules.backfill(id, { from: new Date(0), to: new Date() })).rejects.toMatchObject({ code: "BACKFILL_TOO_LARGE" });
});

test("what can't be a schedule is refused with a code", async () => {
  await using stack = await scheduled();
  const { schedules } = stack.engine;
  const mine = { id: "test.mine", queue: "warmup", when: { every: "1h" } } as const;
  const refused = async (act: Promise<unknown>, code: string) => expect(act).rejects.toMatchObject({ code });
  await refused(schedules.create({ ...mine, when: { every: "9s" } }), "TOO_FREQUENT");
  await refused(schedules.create({ ...mine, when: { pattern: "61 * * * *", tz: "UTC" } }), "INVALID_CRON");
  await refused(schedules.create({ ...mine, when: { pattern: "0 0 * * *", tz: "Nowhere" } }), "INVALID_TZ");
  await refused(schedules.create({ ...mine, payload: { scope: "nobody" } }), "PAYLOAD_INVALID");
  await refused(schedules.create({ ...mine, id: "other.mine" }), "UNKNOWN_DOMAIN");
  await refused(schedules.create({ ...mine, id }), "SCHEDULE_EXISTS");
  await refused(schedules.change(id, { payload: { scope: "nobody" } }), "PAYLOAD_INVALID");
  await refused(schedules.remove(id), "SCHEDULE_DECLARED");
  await refused(schedules.remove("test.nothing"), "UNKNOWN_SCHEDULE");
  await refused(schedules.runNow("test.nothing"), "UNKNOWN_SCHEDULE");
});

test("what a schedule says is done before its job has ended when that begins, and both are runs", async () => {
  const rule = defineCleanupRule({ name: "none", table: "schedules", where: "false", why: "none is wrong" });
  const chores = { cleanup: { quarantine: "unused", rules: [rule] }, archive: [defineArchivePolicy({ name: "none", why: "none is old" })] };
  const archive = { queue: "archive", payload: { dryRun: true }, after: [{ queue: "cleanup", payload: { dryRun: true } }] };
  await using stack = await scheduled(archive, chores);
  stack.work();
  await awayFor(stack, "1 hour");
  expect(await stack.engine.schedules.sweep()).toMatchObject({ settled: 1, handedOut: 1 });
  const [fire] = await stack.engine.schedules.fires(id);
  const now = await stack.engine.schedules.runNow(id);
  for (const jobId of [String(fire?.jobId), now.id]) {
    expect(await stack.ended(jobId, "archive")).toMatchObject({ state: "completed" });
    await stack.engine.runLog.flush();
    const [[cleanup], [archived]] = await Promise.all([stack.engine.readRunsOf("cleanup", `${jobId}-0`), stack.engine.readRunsOf("archive", jobId)]);
    expect(cleanup).toMatchObject({ outcome: "completed", payload: { dryRun: true } });
    expect(new Date(cleanup?.finishedAt ?? 0).getTime()).toBeLessThanOrEqual(new Date(archived?.startedAt ?? 0).getTime());
  }
  expect((await stack.engine.readRunsOf("cleanup", `${fire?.jobId}-0`))[0]?.payload).toMatchObject({ asOf: fire?.scheduledFor });
});
