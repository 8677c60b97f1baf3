import type { JobEvent } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineJob } from "../src/job.ts";
import type { FedEvent } from "../src/job-feed.ts";
import { readJob } from "../src/job-view.ts";
import type { StreamId } from "../src/stream-id.ts";
import { testQueue } from "./test-queue.ts";

const signal = AbortSignal.timeout(50_000);
const at = (current: number) => ({ current, total: 4, status: `${current} of 4` });

/** A job that ends when it is told to. */
function heldJob() {
  const ending = Promise.withResolvers<string>();
  const job = defineJob({ name: "test.hold", queue: "warmup", schema: z.strictObject({}), handler: () => ending.promise });
  return { job, end: () => ending.resolve("done") };
}

const report = async ({ queues }: ReturnType<typeof testQueue>, id: string, current: number) =>
  (await queues.warmup.getJob(id))?.updateProgress(at(current));

const tell = ({ event, data }: JobEvent) =>
  event === "progress" ? data.current : event === "state" ? data.state : { end: data.state, result: data.result };

test("who follows a job from its beginning hears of each step and of its end, and the feed ends", async () => {
  await using stack = testQueue();
  const { job, end } = heldJob();
  const { id } = await stack.producer.enqueue(job, {});
  const told: unknown[] = [];
  for await (const event of stack.feed.follow(stack.queues.warmup, id, { signal })) {
    told.push(tell(event));
    if (told.at(-1) === "waiting") stack.work([job]);
    if (told.at(-1) === "active") await report(stack, id, 1);
    if (told.at(-1) === 1) await report(stack, id, 2);
    if (told.at(-1) === 2) end();
  }
  expect(told).toEqual(["waiting", "active", 1, 2, { end: "completed", result: "done" }]);
});

test("who was cut off hears what happened since then, each thing once; with nothing to go on from, where the job stands", async () => {
  await using stack = testQueue();
  const { job, end } = heldJob();
  const { id } = await stack.producer.enqueue(job, {});
  await report(stack, id, 1);
  let last: FedEvent | undefined;
  for await (const event of stack.feed.follow(stack.queues.warmup, id, { signal })) {
    last = event;
    if (event.event === "progress") break;
  }
  expect(last?.data).toEqual(at(1));
  for (const n of [2, 3]) await report(stack, id, n);
  const from = async (after?: StreamId) => {
    const told: unknown[] = [];
    for await (const event of stack.feed.follow(stack.queues.warmup, id, { signal, after })) {
      told.push(tell(event));
      if (told.at(-1) === 3) stack.work([job]);
      if (told.at(-1) === "active") end();
    }
    return told;
  };
  const rest = [3, "active", { end: "completed", result: "done" }];
  const [resumed, anew, forgotten] = await Promise.all([from(last?.id), from(), from("1-0")]);
  expect(resumed).toEqual([2, ...rest]);
  expect(anew).toEqual(["waiting", ...rest]);
  expect(forgotten).toEqual(anew);
  expect(await from()).toEqual(["completed", 3, rest[2]]);
});

test("a job that ends while it is looked at is told with its result", async () => {
  await using stack = testQueue();
  const { job, end } = heldJob();
  const { id } = await stack.producer.enqueue(job, {});
  stack.work([job]);
  const queue: Queue = stack.queues.warmup;
  const slowToTellStates: Queue = Object.assign(Object.create(queue), {
    async getJobState() {
      end();
      await vi.waitUntil(async () => (await queue.getJobState(id)) === "completed");
      return "completed";
    },
  });
  expect(await readJob(slowToTellStates, id)).toMatchObject({ state: "completed", result: "done", finishedAt: expect.any(String) });
});

test("a job that has failed and is to be tried again goes on; one that is taken away has ended", async () => {
  await using stack = testQueue();
  let tries = 0;
  const job = defineJob({
    name: "test.retry",
    queue: "warmup",
    schema: z.strictObject({}),
    retry: { attempts: 2, backoff: "10ms" },
    async handler() {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
    },
  });
  const { id } = await stack.producer.enqueue(job, {});
  stack.work([job]);
  const told: unknown[] = [];
  for await (const event of stack.feed.follow(stack.queues.warmup, id, { signal })) told.push(tell(event));
  expect(told.at(-1)).toEqual({ end: "completed", result: null });

  await using other = testQueue();
  const waiting = await other.producer.enqueue(job, {});
  const seen: unknown[] = [];
  for await (const event of other.feed.follow(other.queues.warmup, waiting.id, { signal })) {
    seen.push(tell(event));
    if (seen.length === 1) await (await other.queues.warmup.getJob(waiting.id))?.remove();
  }
  expect(seen).toEqual(["waiting", { end: "unknown", result: null }]);
});

test("nothing is told of a job that does not exist, and following ends with its signal", async () => {
  await using stack = testQueue();
  const { job } = heldJob();
  for await (const event of stack.feed.follow(stack.queues.warmup, "nobody", { signal })) expect(event).toBeUndefined();
  const { id } = await stack.producer.enqueue(job, {});
  const leaving = new AbortController();
  for await (const { data } of stack.feed.follow(stack.queues.warmup, id, { signal: leaving.signal })) {
    expect(data).toEqual({ state: "waiting" });
    leaving.abort();
  }
});

test("an end that was lost with Redis' memory is found", async () => {
  await using stack = testQueue();
  const { job } = heldJob();
  const { id } = await stack.producer.enqueue(job, {});
  for await (const event of stack.feed.follow(stack.queues.warmup, id, { signal })) {
    if (event.event === "state") await stack.redis.del(stack.queues.warmup.toKey(id), stack.queues.warmup.toKey("events"));
    else expect(event).toMatchObject({ event: "end", data: { state: "unknown", id } });
  }
});
