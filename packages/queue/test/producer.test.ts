import { startRedis, temporaryFolder } from "@caretaker/stack";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineJob } from "../src/job.ts";
import { createProducer } from "../src/producer.ts";
import { createQueueRedis } from "../src/queue-redis.ts";
import { backlogOf } from "../src/queue-view.ts";
import { createQueues } from "../src/queues.ts";
import { testQueue } from "./test-queue.ts";

const note = defineJob({
  name: "a.note",
  queue: "warmup",
  schema: z.strictObject({ n: z.int(), text: z.string().optional() }),
  handler: async () => {},
});
const other = defineJob({ ...note, name: "b.note", queue: "cleanup" });

test("many jobs are added at once, each with its own outcome, in order", async () => {
  await using stack = testQueue();
  const outcomes = await stack.producer.enqueueMany([
    { job: note, payload: { n: 1 } },
    { job: note, payload: { n: "one" } },
    { job: other, payload: { n: 1 } },
    { job: note, payload: { n: 1 } },
    { job: note, payload: { n: 2 }, options: { delayMs: 60_000 } },
    { job: note, payload: { n: 3 }, options: { jobId: "mine" } },
  ]);
  const [first, refused, elsewhere, equal, delayed, chosen] = outcomes;
  expect(first).toMatchObject({ queue: "warmup", name: "a.note", state: "waiting", deduplicated: false });
  expect(refused).toMatchObject({ code: "PAYLOAD_INVALID", faults: [{ path: "n" }] });
  expect(elsewhere).toMatchObject({ queue: "cleanup", deduplicated: false });
  expect(equal).toMatchObject({ id: (first as { id: string }).id, deduplicated: true });
  expect(delayed).toMatchObject({ state: "delayed", deduplicated: false });
  expect(chosen).toMatchObject({ id: "mine", deduplicated: false });
  expect(await stack.queues.warmup.getJobCounts("waiting", "delayed")).toEqual({ waiting: 2, delayed: 1 });
});

test("an id that a job has already gives that job back", async () => {
  await using stack = testQueue();
  await stack.producer.enqueue(note, { n: 1 }, { jobId: "same", delayMs: 60_000 });
  const again = await stack.producer.enqueue(note, { n: 2 }, { jobId: "same" });
  expect(again).toMatchObject({ id: "same", state: "delayed", deduplicated: true });
});

test("what nobody waits for any more is not sent", async () => {
  await using stack = testQueue();
  const late = stack.producer.enqueue(note, { n: 1 }, { signal: AbortSignal.abort() });
  const wanted = stack.producer.enqueue(note, { n: 2 });
  await expect(late).rejects.toMatchObject({ code: "QUEUE_UNAVAILABLE" });
  expect(await wanted).toMatchObject({ state: "waiting" });
  expect(await stack.queues.warmup.getWaitingCount()).toBe(1);
});

test("when Redis is full, what it took is told from what it refused", async () => {
  const folder = temporaryFolder();
  await using server = await startRedis({ dir: folder });
  const redis = createQueueRedis(server.url, "worker", () => {});
  using _ = { [Symbol.dispose]: () => redis.disconnect() };
  const queues = createQueues(redis, "{full}");
  const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  await redis.config("SET", "maxmemory", String(used + 3_500_000));
  const text = "x".repeat(20_000);
  const orders = Array.from({ length: 200 }, (_, n) => ({ job: note, payload: { n, text } }));
  const outcomes = await createProducer(queues).enqueueMany(orders);
  const accepted = outcomes.filter((outcome) => "state" in outcome);
  const refused = outcomes.filter((outcome) => !("state" in outcome));
  expect(refused.length).toBeGreaterThan(0);
  expect(accepted.length).toBeGreaterThan(0);
  expect(new Set(refused.map((outcome) => (outcome as Error).message))).toEqual(
    new Set(["the queues' Redis is full: nothing was stored, try again later"]),
  );
  expect(await backlogOf(queues.warmup)).toBe(accepted.length);
});
