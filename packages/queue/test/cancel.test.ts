import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineJob, type JobDefinition } from "../src/job.ts";
import { readJob } from "../src/job-view.ts";
import { testQueue } from "./test-queue.ts";

const schema = z.strictObject({ n: z.int() });
const job = (handler: JobDefinition<typeof schema>["handler"], name = "test.run") =>
  defineJob({ name, queue: "warmup", schema, retry: { attempts: 3, backoff: "10ms" }, handler });

/** A job that runs until its signal fires, and says when it began and what the signal's reason was. */
function endless(name?: string) {
  const began = Promise.withResolvers<void>();
  const reason = Promise.withResolvers<Error>();
  const runs = vi.fn();
  const definition = job(async ({ signal }) => {
    runs();
    began.resolve();
    if (!signal.aborted) await once(signal, "abort");
    reason.resolve(signal.reason);
    throw signal.reason;
  }, name);
  return { definition, began: began.promise, reason: reason.promise, runs };
}

test("a running job is told to stop in whichever process runs it, is cancelled, and not tried again", async () => {
  await using stack = testQueue();
  const { definition, began, reason, runs } = endless();
  stack.work([definition]);
  const { id } = await stack.producer.enqueue(definition, { n: 1 });
  await began;
  expect(await stack.cancel(id)).toMatchObject({
    state: "cancelled",
    error: "cancelled by anna: too slow",
    cancelled: { by: "anna", reason: "too slow" },
  });
  expect(await reason).toMatchObject({ code: "JOB_CANCELLED" });
  expect(runs).toHaveBeenCalledOnce();
  await vi.waitUntil(async () => (await stack.redis.exists(`${stack.prefix}:cancelling`)) === 0);
});

test("a running job whose message to stop was lost finds the note of it", async () => {
  await using stack = testQueue();
  const { definition, began, reason } = endless();
  stack.work([definition]);
  const { id } = await stack.producer.enqueue(definition, { n: 1 });
  await began;
  await stack.redis.hset(`${stack.prefix}:cancelling`, `warmup/${id}`, JSON.stringify({ by: "anna", reason: "", at: "" }));
  expect(await reason).toMatchObject({ code: "JOB_CANCELLED" });
});

test.each([
  ["waiting", {}],
  ["delayed", { delay: 3_600_000 }],
  ["prioritized", { priority: 5 }],
])("a job that is %s is cancelled at once, with no worker there", async (state, options) => {
  await using stack = testQueue();
  const { id } = await stack.queues.warmup.add("test.run", { n: 1 }, { jobId: "one", ...options });
  expect(await readJob(stack.queues.warmup, String(id))).toMatchObject({ state });
  expect(await stack.cancel(String(id))).toMatchObject({ state: "cancelled", cancelled: { by: "anna" } });
  expect(await stack.queues.warmup.getJobCounts("waiting", "delayed", "prioritized", "active", "failed")).toEqual({
    ...{ waiting: 0, delayed: 0, prioritized: 0, active: 0, failed: 1 },
  });
});

test("with a parent that waits for its children, these are cancelled too, running or not", async () => {
  await using stack = testQueue();
  const child = endless("test.child");
  const parent = job(
    async ({ fanOut }) =>
      fanOut(child.definition, async function* () {
        yield [{ n: 1 }, { n: 2 }, { n: 3 }];
      }),
    "test.parent",
  );
  stack.work([parent, child.definition]);
  const { id } = await stack.producer.enqueue(parent, { n: 0 });
  await child.began;
  await vi.waitUntil(async () => (await stack.queues.warmup.getJobState(id)) === "waiting-children");
  expect(await stack.cancel(id)).toMatchObject({ state: "cancelled" });
  await vi.waitUntil(async () => (await stack.queues.warmup.getFailedCount()) === 4);
  expect(child.runs).toHaveBeenCalledOnce();
});

test("a planner that is cancelled while it plans takes the children that it has already made with it", async () => {
  await using stack = testQueue();
  const planned = Promise.withResolvers<void>();
  const child = endless("test.child");
  const parent = job(
    async ({ fanOut, signal }) =>
      fanOut(child.definition, async function* () {
        yield [{ n: 1 }, { n: 2 }];
        planned.resolve();
        await once(signal, "abort");
        yield [{ n: 3 }];
      }),
    "test.parent",
  );
  stack.work([parent, child.definition]);
  const { id } = await stack.producer.enqueue(parent, { n: 0 });
  await planned.promise;
  expect(await stack.cancel(id)).toMatchObject({ state: "cancelled" });
  await vi.waitUntil(async () => (await stack.queues.warmup.getFailedCount()) === 3);
  const ended = await stack.queues.warmup.getJobs(["failed"]);
  expect(new Set(ended.map(({ failedReason }) => failedReason))).toEqual(new Set(["cancelled by anna: too slow"]));
});

test("a job that has ended can't be cancelled, and one that isn't there is not", async () => {
  await using stack = testQueue();
  const quick = job(async () => 1);
  stack.work([quick]);
  const { id } = await stack.producer.enqueue(quick, { n: 1 });
  await vi.waitUntil(async () => (await stack.queues.warmup.getJobState(id)) === "completed");
  await expect(stack.cancel(id)).rejects.toMatchObject({ code: "JOB_ENDED" });
  expect(await stack.cancel("nobody")).toBeUndefined();
});

test("of two that cancel a job, the first one is told of; a job that failed by itself meanwhile has failed", async () => {
  await using stack = testQueue();
  const goOn = Promise.withResolvers<void>();
  const { definition } = endless();
  const deaf = defineJob({ ...definition, retry: { attempts: 1, backoff: "1s" }, handler: () => goOn.promise });
  const host = stack.work([deaf]);
  const started = once(host.events, "attemptStart");
  const { id } = await stack.producer.enqueue(deaf, { n: 1 });
  await started;
  await stack.redis.hset(stack.queues.warmup.toKey(id), "cancelled", JSON.stringify({ by: "eve", reason: "", at: "" }), "defa", "cancelled by eve");
  goOn.reject(new Error("its own fault"));
  await vi.waitUntil(async () => (await stack.queues.warmup.getJobState(id)) === "failed");
  expect(await readJob(stack.queues.warmup, id)).toMatchObject({ state: "failed", error: "its own fault" });
  await expect(stack.cancel(id)).rejects.toMatchObject({ code: "JOB_ENDED" });

  const waiting = await stack.queues.warmup.add("test.run", { n: 2 }, { delay: 3_600_000 });
  await stack.redis.hset(
    stack.queues.warmup.toKey(String(waiting.id)),
    "cancelled",
    JSON.stringify({ by: "eve", reason: "", at: "" }),
    "defa",
    "cancelled by eve",
  );
  expect(await stack.cancel(String(waiting.id))).toMatchObject({ state: "cancelled", error: "cancelled by eve", cancelled: { by: "eve" } });
});

test("a handler that does not stop leaves its job active, and the job is cancelled whatever its handler throws later", async () => {
  await using stack = testQueue();
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const runs = vi.fn();
  const deaf = job(async () => {
    runs();
    began.resolve();
    await goOn.promise;
    throw new Error("something else");
  });
  stack.work([deaf]);
  const { id } = await stack.producer.enqueue(deaf, { n: 1 });
  await began.promise;
  expect(await stack.cancel(id, "enough", 0)).toMatchObject({ state: "active", cancelled: { reason: "enough" } });
  goOn.resolve();
  await vi.waitUntil(async () => (await readJob(stack.queues.warmup, id))?.state === "cancelled");
  expect(runs).toHaveBeenCalledOnce();
});

test("a schedule goes on after its next run was cancelled", async () => {
  await using stack = testQueue();
  const runs = vi.fn();
  const tick = job(async () => runs());
  await stack.queues.warmup.upsertJobScheduler("tick", { every: 400 }, { name: "test.run", data: { n: 1 } });
  const [next] = await stack.queues.warmup.getJobs(["delayed", "waiting"]);
  await stack.cancel(String(next?.id));
  stack.work([tick]);
  await vi.waitUntil(() => runs.mock.calls.length > 0);
  expect(await readJob(stack.queues.warmup, String(next?.id))).toMatchObject({ state: "cancelled" });
});

test("a job that runs longer than its kind may is told to stop, and tried again", async () => {
  await using stack = testQueue();
  const reasons: unknown[] = [];
  const slow = defineJob({
    ...{ name: "test.run", queue: "warmup", schema, retry: { attempts: 2, backoff: "10ms" }, timeout: "20ms" },
    async handler({ signal }) {
      await once(signal, "abort");
      reasons.push(signal.reason);
      throw signal.reason;
    },
  });
  stack.work([slow]);
  const { id } = await stack.producer.enqueue(slow, { n: 1 });
  await vi.waitUntil(async () => (await stack.queues.warmup.getJobState(id)) === "failed");
  expect(reasons).toMatchObject([{ code: "JOB_TIMED_OUT" }, { code: "JOB_TIMED_OUT" }]);
});
