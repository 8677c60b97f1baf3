import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./command-line.ts";

let cli: CommandLine;
beforeAll(async () => {
  cli = await commandLine();
});
afterAll(() => cli?.[Symbol.asyncDispose]());

test("a schedule is made, looked at, changed, paused, run, filled and removed", async () => {
  const schedules = (...args: string[]) => cli.json("schedules", ...args);
  const id = "learning.nightly";
  const made = await schedules("create", id, "--queue", "warmup", "--pattern", "30 2 * * *", "--tz", "Europe/Berlin", "--payload", '{"scope":"all"}');
  expect(made).toMatchObject({
    id,
    when: { pattern: "30 2 * * *", tz: "Europe/Berlin" },
    payload: { scope: "all" },
    missed: "latest",
    paused: false,
  });
  expect(await schedules("list")).toEqual([made]);
  expect(await schedules("preview", id)).toHaveLength(10);
  expect(await schedules("preview", "--every", "1h")).toHaveLength(10);
  expect(await schedules("set", id, "--overlap", "allow", "--every", "1h")).toMatchObject({ when: { every: "1h" }, overlap: "allow" });
  expect(await schedules("pause", id)).toMatchObject({ paused: true, nextAt: null });
  expect((await cli.run(["schedules", "list"])).stdout).toMatch(/^id .*\nlearning\.nightly +every 1h +warmup +paused\n$/);
  expect(await schedules("resume", id)).toMatchObject({ paused: false });
  expect(await schedules("run", id)).toMatchObject({ queue: "warmup", name: "learning.warmup", state: "waiting" });
  expect(await schedules("backfill", id, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T03:00:00Z")).toEqual({ id, slots: 3 });
  expect(await schedules("fires", id, "--limit", "2")).toMatchObject([
    { scheduledFor: "2026-01-01T02:00:00.000Z", outcome: "late" },
    { scheduledFor: "2026-01-01T01:00:00.000Z", outcome: "late" },
  ]);
  expect(await schedules("rm", id)).toEqual({ id, removed: true });
  expect(await cli.run(["schedules", "show", id])).toMatchObject({ code: 1, stderr: `UNKNOWN_SCHEDULE: there is no schedule ${id}\n` });
});

test("runs are listed", async () => {
  expect(await cli.json("runs", "list", "--domain", "learning", "--outcome", "failed", "--text", "timeout")).toEqual({ runs: [], next: null });
  expect((await cli.run(["runs"])).stdout).toBe("started  took  name  attempt  outcome  job  error\n");
});

test("queues are listed, paused and resumed", async () => {
  expect(await cli.json("queues", "pause", "archive")).toMatchObject({ name: "archive", paused: true });
  expect((await cli.run(["queues"])).stdout).toMatch(/^queue +waiting .*\n(.*\n)*archive .* paused\n/);
  expect((await cli.run(["queues", "resume", "archive"])).stdout).toBe("queue archive goes on\n");
  const { queues } = await cli.json("queues", "list");
  expect(queues.find(({ name }: { name: string }) => name === "archive")).toMatchObject({ paused: false, counts: { waiting: 0 } });
});

test("a message is published, and who subscribed is shown with what each took", async () => {
  const alert = JSON.stringify({ title: "Disk", text: "full" });
  expect(await cli.json("messages", "publish", "admin.alert", alert, "--priority", "urgent", "--id", "m1")).toMatchObject({
    id: "m1",
    deliveries: [{ subscription: "messaging.admin", job: "m1-messaging.admin" }],
  });
  const shown = await cli.run(["messages", "subscriptions"]);
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/messaging\.admin +admin\.alert +1 +0 +messaging\.deliver-admin/) });
});
