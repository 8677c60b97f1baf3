import { expect, test } from "vitest";
import { defineArchivePolicy } from "../src/archive/archive-policy.ts";
import { defineCleanupRule } from "../src/cleanup/cleanup-rule.ts";
import { declare, declaredSchedules } from "../src/schedules/declare.ts";
import { awayFor, hourly, id, jobIds, scheduled } from "./scheduled.ts";

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
