import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { followJob } from "../src/follow-job.ts";
import { defineJob, type JobDefinition } from "../src/job.ts";
import { jobEndStates } from "../src/job-ends.ts";
import { PermanentFailure } from "../src/outcome.ts";
import { testQueue } from "./test-queue.ts";

const schema = z.strictObject({ n: z.int() });
const job = (handler: JobDefinition<typeof schema>["handler"], name = "test.add") =>
  defineJob({ name, queue: "warmup", schema, retry: { attempts: 3, backoff: "10ms" }, handler });

const endOf = (stack: ReturnType<typeof testQueue>, id: string) =>
  followJob(stack.queues.warmup, id, { feed: stack.feed, signal: AbortSignal.timeout(20_000) });

test("a job that is enqueued is run, and its result kept", async () => {
  await using stack = testQueue();
  const double = job(async ({ data }) => data.n * 2);
  stack.work([double]);
  const { id } = await stack.producer.enqueue(double, { n: 21 });
  expect(await endOf(stack, id)).toMatchObject({ state: "completed", result: 42, worker: "worker", attempts: { made: 1 } });
});

test("a payload that does not fit is refused by the producer, with the path of each fault", async () => {
  await using stack = testQueue();
  const double = job(async () => 0);
  await expect(stack.producer.enqueue(double, { n: "x", m: 1 } as never)).rejects.toMatchObject({
    code: "PAYLOAD_INVALID",
    faults: [{ path: "n" }, { path: "m", message: "unknown field" }],
  });
  expect(await stack.queues.warmup.count()).toBe(0);
});

test("the same payload put into Redis by a bare client fails at once, without retries", async () => {
  await using stack = testQueue();
  const handler = vi.fn(async () => 0);
  stack.work([job(handler)]);
  const bare = stack.bareClient();
  for (const [name, data] of [
    ["test.add", { n: "x" }],
    ["test.add", null],
    ["test.add", [1]],
    ["test.unknown", { n: 1 }],
  ] as const) {
    const { id } = await bare.add(name, data, { attempts: 5 });
    expect(await endOf(stack, String(id))).toMatchObject({ state: "failed", attempts: { made: 1, started: 1 } });
  }
  expect(handler).not.toHaveBeenCalled();
});

test("a transient failure is tried again as its definition says, also for a bare client's job", async () => {
  await using stack = testQueue();
  let tries = 0;
  stack.work([
    job(async () => {
      tries += 1;
      if (tries < 3) throw new Error("not yet");
      return tries;
    }),
  ]);
  const bare = stack.bareClient();
  const { id } = await bare.add("test.add", { n: 1 });
  expect(await endOf(stack, String(id))).toMatchObject({ state: "completed", result: 3, attempts: { made: 3 } });
});

test("each attempt is told of when it begins and when it has ended", async () => {
  await using stack = testQueue();
  let tries = 0;
  const second = job(async ({ data }) => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return data.n;
  });
  const host = stack.work([second]);
  const told: unknown[] = [];
  host.events.on("attemptStart", ({ attempt, payload, worker }) => told.push(["start", attempt, payload, worker]));
  host.events.on("attempt", ({ attempt, outcome, final, error, result }) => told.push([outcome, attempt, final, error, result]));
  const { id } = await stack.producer.enqueue(second, { n: 7 });
  await endOf(stack, id);
  await vi.waitUntil(() => told.length === 4);
  expect(told).toEqual([
    ["start", 1, { n: 7 }, "worker"],
    ["failed", 1, false, "not yet", null],
    ["start", 2, { n: 7 }, "worker"],
    ["completed", 2, true, null, 7],
  ]);
});

test("whether jobs have ended is told of many at once", async () => {
  await using stack = testQueue();
  const quick = job(async () => 0);
  const waiting = await stack.producer.enqueue(quick, { n: 1 });
  expect(await jobEndStates(stack.redis, stack.queues.warmup, [waiting.id, "nothing"])).toEqual(["open", "gone"]);
  stack.work([quick]);
  await endOf(stack, waiting.id);
  expect(await jobEndStates(stack.redis, stack.queues.warmup, [waiting.id])).toEqual(["ended"]);
});

test("a permanent failure is not tried again", async () => {
  await using stack = testQueue();
  const handler = vi.fn(async () => {
    throw new PermanentFailure("never");
  });
  const failing = job(handler);
  stack.work([failing]);
  const { id } = await stack.producer.enqueue(failing, { n: 1 });
  expect(await endOf(stack, id)).toMatchObject({ state: "failed", error: "never", attempts: { made: 1 } });
  expect(handler).toHaveBeenCalledOnce();
});

test("an equal chore is not queued twice while one waits, and is again once that one runs", async () => {
  await using stack = testQueue();
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = job(async () => {
    started.resolve();
    await goOn.promise;
  });
  const first = await stack.producer.enqueue(slow, { n: 1 });
  const same = await stack.producer.enqueue(slow, { n: 1 });
  const other = await stack.producer.enqueue(slow, { n: 2 });
  expect(same).toEqual({ ...first, deduplicated: true });
  expect(other.deduplicated).toBe(false);
  stack.work([slow]);
  await started.promise;
  expect((await stack.producer.enqueue(slow, { n: 1 })).deduplicated).toBe(false);
  goOn.resolve();
});

test("a job fans out to children and sums up how they ended", async () => {
  await using stack = testQueue();
  const child = job(async ({ data }) => {
    if (data.n === 3) throw new PermanentFailure("three is bad");
    return data.n * 10;
  }, "test.child");
  const parent = job(async ({ fanOut }) => {
    const { completed, failed } = await fanOut<{ n: number }, number>(child, async function* () {
      yield [{ n: 1 }, { n: 2 }];
      yield [{ n: 3 }];
    });
    return { completed: [...completed].sort(), failed };
  });
  stack.work([parent, child]);
  const { id } = await stack.producer.enqueue(parent, { n: 0 });
  const view = await endOf(stack, id);
  expect(view?.result).toEqual({ completed: [10, 20], failed: [{ payload: { n: 3 }, error: "three is bad" }] });
  expect(view?.payload).toEqual({ n: 0 });
});

test("planning again after a crash adds no child twice", async () => {
  await using stack = testQueue();
  const child = job(async ({ data }) => data.n, "test.child");
  let plans = 0;
  const parent = job(async ({ fanOut }) => {
    const { completed } = await fanOut<{ n: number }, number>(child, async function* () {
      plans += 1;
      yield [{ n: 1 }];
      if (plans === 1) throw new Error("the planner died");
      yield [{ n: 2 }];
    });
    return [...completed].sort();
  });
  stack.work([parent, child]);
  const { id } = await stack.producer.enqueue(parent, { n: 0 });
  expect((await endOf(stack, id))?.result).toEqual([1, 2]);
  expect(plans).toBe(2);
  expect(await stack.queues.warmup.getCompletedCount()).toBe(3);
});

test("a worker that stops lets a short job end", async () => {
  await using stack = testQueue();
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = job(async () => {
    started.resolve();
    await goOn.promise;
    return "done";
  });
  const host = stack.work([slow]);
  const { id } = await stack.producer.enqueue(slow, { n: 1 });
  await started.promise;
  const closed = host.close(60_000);
  goOn.resolve();
  await closed;
  expect(await stack.queues.warmup.getJobState(id)).toBe("completed");
});

test("a job that outlasts the grace goes back to waiting with no attempt burnt", async () => {
  await using stack = testQueue();
  const started = Promise.withResolvers<void>();
  const endless = job(async ({ signal }) => {
    started.resolve();
    await once(signal, "abort");
    signal.throwIfAborted();
  });
  const host = stack.work([endless]);
  const { id } = await stack.producer.enqueue(endless, { n: 1 });
  await started.promise;
  await host.close(0);
  expect(await stack.queues.warmup.getJobState(id)).toBe("waiting");
  expect((await stack.queues.warmup.getJob(id))?.attemptsMade).toBe(0);
});

test("a job that was handed out in an answer that got lost with its connection runs long before its lock is over", async () => {
  await using stack = testQueue();
  const { warmup } = stack.queues;
  let token: string | null = null;
  const noting = job(async ({ id, data }) => {
    token ??= await stack.redis.get(`${warmup.toKey(id)}:lock`);
    return data.n;
  });
  stack.work([noting]);
  const first = await stack.producer.enqueue(noting, { n: 1 });
  await endOf(stack, first.id);
  const id = String((await warmup.add("test.add", { n: 2 }, { delay: 3_600_000 })).id);
  await stack.redis
    .multi()
    .zrem(warmup.toKey("delayed"), id)
    .lpush(warmup.toKey("active"), id)
    .set(`${warmup.toKey(id)}:lock`, String(token), "PX", 600_000)
    .exec();
  stack.redis.disconnect(true);
  expect(await endOf(stack, id)).toMatchObject({ state: "completed", result: 2, attempts: { made: 1 } });
});

test("a job that three workers died of fails for good before a fourth is given it", async () => {
  await using stack = testQueue();
  const handler = vi.fn(async () => 0);
  const { id } = await stack.producer.enqueue(job(handler), { n: 1 });
  await stack.redis.hset(stack.queues.warmup.toKey(id), "stc", 3);
  stack.work([job(handler)]);
  expect(await endOf(stack, id)).toMatchObject({ state: "failed", attempts: { made: 1 } });
  expect(handler).not.toHaveBeenCalled();
});
