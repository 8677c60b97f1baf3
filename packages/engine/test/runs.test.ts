import { once } from "node:events";
import { createDb, migrate } from "@caretaker/db";
import { type AttemptEnd, type AttemptStart, defineJob, type JobDefinition } from "@caretaker/queue";
import { startPostgres, temporaryFolder } from "@caretaker/stack";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { createRunLog } from "../src/runs/run-log.ts";
import { testEngine } from "./test-engine.ts";

const attemptsOf = ({ query }: Awaited<ReturnType<typeof testEngine>>, jobId: string) =>
  query("select attempt, outcome, final, error, worker, finished_at >= started_at as ordered from job_runs where job_id = $1 order by attempt", [
    jobId,
  ]);

const nothing = (name: string, unlogged: NonNullable<JobDefinition["unlogged"]> = false) =>
  defineJob({ name, queue: "messages", schema: z.object({}), unlogged, handler: async () => {} });

test("each attempt of a job leaves a row with its outcome", async () => {
  let tries = 0;
  await using stack = await testEngine({
    act: async () => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
    },
  });
  stack.work();
  const { id } = await stack.engine.enqueue("warmup", { domain: "test" });
  await stack.ended(id);
  await stack.engine.runLog.flush();
  const common = { worker: "worker", ordered: true };
  expect(await attemptsOf(stack, id)).toEqual([
    { ...common, attempt: 1, outcome: "failed", final: false, error: "not yet" },
    { ...common, attempt: 2, outcome: "completed", final: true, error: null },
  ]);
  expect(await stack.query("select from running_attempts")).toEqual([]);
});

test("a job that hands out chunks is one run, from its first beginning, and its chunks are none", async () => {
  await using stack = await testEngine({
    act: async function* () {
      yield [{ id: 1 }, { id: 2 }, { id: 3 }];
    },
  });
  stack.work();
  const { id } = await stack.engine.enqueue("warmup", { domain: "test", chunkSize: 1 });
  const job = await stack.ended(id);
  await stack.engine.runLog.flush();
  const { runs } = await stack.engine.searchRuns({});
  expect(runs).toMatchObject([
    { jobId: id, attempt: 1, name: "test.warmup", domain: "test", outcome: "completed", payload: { domain: "test", chunkSize: 1 } },
  ]);
  expect(runs[0]?.result).toMatchObject({ written: 3, chunks: 3 });
  expect(Date.parse(runs[0]?.startedAt ?? "")).toBeLessThanOrEqual(Date.parse(job?.startedAt ?? ""));
});

test("a job that is cancelled while it runs, or while it waits, leaves a run that says so", async () => {
  const [began, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using stack = await testEngine({
    act: async function* () {
      began.resolve();
      await goOn.promise;
      yield [{ id: 1 }];
    },
  });
  const who = { by: "anna", reason: "too slow" };
  const waiting = await stack.engine.enqueue("warmup", { domain: "test", activeDays: 3 });
  await stack.engine.cancelJob("warmup", waiting.id, who);

  stack.work();
  const running = await stack.engine.enqueue("warmup", { domain: "test" });
  await began.promise;
  const cancelling = stack.engine.cancelJob("warmup", running.id, who);
  goOn.resolve();
  expect(await cancelling).toMatchObject({ state: "cancelled" });
  await stack.engine.runLog.flush();
  const cancelled = { attempt: 1, outcome: "cancelled", final: true, error: "cancelled by anna: too slow", ordered: true };
  expect(await attemptsOf(stack, running.id)).toEqual([{ ...cancelled, worker: "worker" }]);

  await stack.query("delete from job_runs");
  const closed: number[] = [];
  const sum = () => closed.reduce((total, many) => total + many, 0);
  await vi.waitUntil(async () => closed.push(await stack.engine.closeLostAttempts()) && sum() === 2, { timeout: 20_000 });
  expect(await attemptsOf(stack, running.id)).toEqual([{ ...cancelled, worker: "worker" }]);
  expect(await attemptsOf(stack, waiting.id)).toEqual([{ ...cancelled, worker: null }]);
  expect((await stack.engine.searchRuns({ outcome: "cancelled" })).runs).toHaveLength(2);
});

/** An attempt of a job as a worker reports it. */
function attempt(jobId: string, more: Partial<AttemptEnd> = {}): AttemptStart & AttemptEnd {
  const [startedAt, finishedAt] = [new Date("2026-01-01T00:00:00Z"), new Date("2026-01-01T00:00:01Z")];
  const end = { finishedAt, outcome: "completed", final: true, error: null, result: null } as const;
  const start = { queue: "warmup", jobId, name: "test.warmup", payload: {}, attempt: 1, stalls: 0, startedAt, worker: "w" } as const;
  return { ...start, ...end, ...more };
}
const begun = ({ finishedAt, outcome, final, error, result, ...start }: AttemptEnd): AttemptStart => start;

test("an attempt whose worker was lost is noted as stalled when the next one begins, also if its beginning was never seen", async () => {
  await using stack = await testEngine();
  const log = stack.engine.runLog;
  log.started(begun(attempt("seen")));
  await log.flush();
  for (const job of ["seen", "unseen"]) log.started(begun(attempt(job, { attempt: 2, stalls: 1, startedAt: new Date("2026-01-01T00:01:00Z") })));
  await log.flush();
  for (const job of ["seen", "unseen"]) log.ended(attempt(job, { attempt: 2, stalls: 1, startedAt: new Date("2026-01-01T00:01:00Z") }));
  await log.flush();
  for (const job of ["seen", "unseen"]) {
    expect(await attemptsOf(stack, job)).toMatchObject([
      { attempt: 1, outcome: "stalled" },
      { attempt: 2, outcome: "completed" },
    ]);
  }
});

test("a worker's own word comes before what others took for stalled, and nothing is written twice", async () => {
  await using stack = await testEngine();
  const log = stack.engine.runLog;
  log.started(begun(attempt("job")));
  await log.flush();
  log.started(begun(attempt("job", { attempt: 2, startedAt: new Date("2026-01-01T00:01:00Z") })));
  await log.flush();
  expect(await attemptsOf(stack, "job")).toMatchObject([{ outcome: "stalled" }]);
  for (let again = 0; again < 2; again += 1) {
    log.ended(attempt("job", { outcome: "failed", error: "late word" }));
    await log.flush();
  }
  expect(await attemptsOf(stack, "job")).toMatchObject([{ outcome: "failed", error: "late word" }]);
});

test("a beginning that is written after another worker wrote the end is left out", async () => {
  await using stack = await testEngine();
  stack.engine.runLog.ended(attempt("job", { startedAt: new Date("2026-01-01T00:00:00.500Z") }));
  await stack.engine.runLog.flush();
  stack.engine.runLog.started(begun(attempt("job")));
  await stack.engine.runLog.flush();
  expect(await stack.query("select from running_attempts")).toEqual([]);
});

test("attempts under way whose jobs Redis does not know are ended", async () => {
  await using stack = await testEngine();
  stack.engine.runLog.started(begun(attempt("gone")));
  await stack.engine.runLog.flush();
  expect(await stack.engine.closeLostAttempts()).toBe(1);
  expect(await attemptsOf(stack, "gone")).toMatchObject([{ outcome: "stalled" }]);
});

test("ends that a lost worker had not written are found in Redis, and not written again when they come late", async () => {
  await using stack = await testEngine({
    act: async function* () {
      yield [{ id: 1 }];
    },
  });
  const host = stack.work();
  const told: AttemptEnd[] = [];
  host.events.on("attempt", (end) => void told.push(end));
  const { id } = await stack.engine.enqueue("warmup", { domain: "test" });
  await stack.ended(id);
  await stack.engine.runLog.flush();
  await stack.query("delete from job_runs");
  await vi.waitUntil(async () => (await stack.engine.closeLostAttempts()) > 0, { timeout: 20_000 });
  expect(await stack.engine.closeLostAttempts()).toBe(0);
  for (const end of told) stack.engine.runLog.ended({ ...end, startedAt: new Date(end.startedAt.getTime() + 1) });
  await stack.engine.runLog.flush();
  expect(await stack.engine.readRunsOf("warmup", id)).toMatchObject([{ attempt: 1, outcome: "completed", result: { written: 1 } }]);
  expect(await stack.engine.readRun("0")).toBeUndefined();
});

test("all ends that lost workers had not written are found, however many, and none of jobs whose ends are not logged", async () => {
  const many = 1_100;
  await using stack = await testEngine({ jobs: [nothing("test.logged"), nothing("test.silent", "unless failed")] });
  stack.work("worker", 50);
  const { messages } = stack.engine.queues;
  await messages.addBulk(Array.from({ length: many }, () => ({ name: "test.logged", data: {} })));
  await messages.add("test.silent", {});
  await vi.waitUntil(async () => (await messages.getJobCountByTypes("waiting", "active")) === 0, { timeout: 20_000 });
  await stack.engine.runLog.flush();
  await stack.query("delete from job_runs");
  let closed = 0;
  const close = async () => {
    closed += await stack.engine.closeLostAttempts();
    return closed >= many;
  };
  await vi.waitUntil(close, { timeout: 20_000 });
  expect(await stack.engine.closeLostAttempts()).toBe(0);
  expect(await stack.query("select name, count(*)::int as runs from job_runs group by 1")).toEqual([{ name: "test.logged", runs: many }]);
});

test("texts that PostgreSQL can't hold are replaced", async () => {
  await using stack = await testEngine();
  stack.engine.runLog.ended(attempt("odd", { payload: { text: "a\0b\ud800" }, error: "nul \0" }));
  await stack.engine.runLog.flush();
  expect((await stack.engine.searchRuns({})).runs).toMatchObject([{ payload: { text: "a\ufffdb\ufffd" }, error: "nul \ufffd" }]);
});

test("with PostgreSQL away attempts are kept and written when it is back", async () => {
  await using postgres = await startPostgres({ dir: `${temporaryFolder()}/postgres` });
  await using db = createDb({ url: postgres.url, connectTimeoutMs: 1_000 });
  await migrate(db);
  await using log = createRunLog(db);
  await postgres.kill("SIGKILL");
  const delayed = once(log.events, "delayed");
  log.ended(attempt("job"));
  expect((await delayed)[0]).toMatchObject({ waiting: 1 });
  await postgres.restart();
  await vi.waitUntil(async () => (await db.pool.query("select from job_runs").catch(() => undefined))?.rowCount === 1, { timeout: 20_000 });
});

test("a log that is full drops the oldest attempts, and says how many", async () => {
  await using stack = await testEngine();
  await using log = createRunLog(stack.engine.db, { maxBytes: 5_000 });
  let dropped = 0;
  log.events.on("dropped", ({ attempts }) => {
    dropped += attempts;
  });
  for (let number = 0; number < 20; number += 1) log.ended(attempt(`job-${number}`));
  await log.flush();
  const kept = await stack.query<{ job_id: string }>("select job_id from job_runs");
  expect(kept.length).toBeGreaterThan(2);
  expect(dropped).toBeGreaterThan(0);
  expect(kept.length + dropped).toBe(20);
  expect(kept.some(({ job_id }) => job_id === "job-19")).toBe(true);
});
