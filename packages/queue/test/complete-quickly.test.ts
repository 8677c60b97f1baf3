import { type Job, type JobsOptions, Worker } from "bullmq";
import { version } from "bullmq/dist/esm/version.js";
import { expect, test } from "vitest";
import { completeQuickly } from "../src/complete-quickly.ts";
import { completeScript } from "../src/complete-script.ts";
import { stored } from "./stored.ts";
import { testQueue } from "./test-queue.ts";

type Queues = ReturnType<typeof testQueue>;

const jobs = [
  { name: "a.first", data: { n: 1 }, opts: { jobId: "first" } },
  { name: "a.plain", data: { n: 2 }, opts: { jobId: "plain" } },
  { name: "a.in-line", data: { n: 3 }, opts: { jobId: "in-line", priority: 7 } },
  { name: "a.in-line", data: { n: 4 }, opts: { jobId: "second-in-line", priority: 7 } },
  { name: "a.equal", data: { n: 5 }, opts: { jobId: "equal", deduplication: { id: "same" } } },
  { name: "a.again", data: { n: 6 }, opts: { jobId: "again", attempts: 2 } },
  { name: "a.forgotten", data: { n: 7 }, opts: { jobId: "forgotten", removeOnComplete: true } },
  { name: "a.last", data: { n: 8 }, opts: { jobId: "last" } },
];

/** Runs all jobs one after the other, one of them twice; resolves to what the processor got of each. */
async function workOff({ redis, prefix, queues }: Queues): Promise<unknown[]> {
  await queues.warmup.addBulk(jobs);
  const seen: unknown[] = [];
  const over = Promise.withResolvers<void>();
  const process = async (job: Job) => {
    seen.push(job.asJSON());
    if (job.id === "again" && job.attemptsMade === 0) throw new Error("once more");
    return { n: job.data.n };
  };
  const worker = new Worker("warmup", process, { name: "worker", connection: redis, prefix });
  worker.on("drained", () => over.resolve());
  await over.promise;
  await worker.close();
  return seen;
}

const times = new Set(["timestamp", "processedOn", "finishedOn", "stalled-check"]);
const withoutTimes = (all: unknown) =>
  JSON.parse(
    JSON.stringify(all, (name, value) => {
      if (name === "stacktrace") return "a stack";
      if (name === "completed" && !Array.isArray(value)) return Object.keys(value).sort();
      return times.has(name) ? "a time" : value;
    }),
  );

test("what is left of completed jobs, told of them and handed out next is what BullMQ leaves, tells and hands out", async () => {
  await using ours = testQueue();
  await using theirs = testQueue();
  completeQuickly(ours.redis);
  const [mine, bare] = [await workOff(ours), await workOff(theirs)];
  expect(withoutTimes(mine)).toEqual(withoutTimes(bare));
  expect(mine).toHaveLength(jobs.length + 1);
  expect(withoutTimes(await stored(ours.redis, ours.queues.warmup))).toEqual(withoutTimes(await stored(theirs.redis, theirs.queues.warmup)));
});

const leftToBullmq = "left to BullMQ";

interface Circumstances {
  readonly options?: (at: Queues) => Promise<JobsOptions>;
  readonly meanwhile?: (at: Queues) => Promise<unknown>;
}

/** Takes a job and completes it, with nothing but the short cut in its place: the answer, unless it is left to BullMQ. */
async function complete(at: Queues, { options, meanwhile }: Circumstances = {}): Promise<string> {
  const { redis, prefix, queues } = at;
  redis.defineCommand(`moveToFinished:${version}`, { numberOfKeys: 14, lua: `${completeScript} return redis.error_reply("${leftToBullmq}")` });
  await queues.warmup.add("a.first", {}, { jobId: "first", ...(await options?.(at)) });
  await using stopping = new AsyncDisposableStack();
  const worker = stopping.adopt(new Worker("warmup", null, { name: "worker", connection: redis, prefix }), (it) => it.close());
  const first = (await worker.getNextJob("token")) as Job;
  await queues.warmup.add("a.next", {}, { jobId: "next" });
  await meanwhile?.(at);
  const before = await stored(redis, queues.warmup);
  try {
    const [next, id] = (await first.moveToCompleted("done", "token", true)) as [{ name: string }, string];
    return `then ${next.name} ${id}`;
  } catch (error) {
    expect(await stored(redis, queues.warmup)).toEqual(before);
    return (error as Error).message;
  }
}

test("a plain job is completed the quick way, and the next one handed out", async () => {
  await using at = testQueue();
  expect(await complete(at)).toBe("then a.next next");
  expect(await at.queues.warmup.getJobCounts("completed", "active", "wait")).toEqual({ completed: 1, active: 1, wait: 0 });
});

test("so is one whose equals are not told apart any more", async () => {
  await using at = testQueue();
  const meanwhile = ({ queues }: Queues) => queues.warmup.removeDeduplicationKey("same");
  expect(await complete(at, { options: async () => ({ deduplication: { id: "same" } }), meanwhile })).toBe("then a.next next");
});

const unusual: Record<string, Circumstances> = {
  "that another one waits for": {
    async options({ queues }) {
      const { id } = await queues.cleanup.add("a.parent", {});
      return { parent: { id: String(id), queue: queues.cleanup.qualifiedName } };
    },
  },
  "that is to be forgotten": { options: async () => ({ removeOnComplete: true }) },
  "whose equals are told apart yet": { options: async () => ({ deduplication: { id: "same" } }) },
  "that waits for another": { meanwhile: ({ redis, queues }) => redis.sadd(queues.warmup.toKey("first:dependencies"), "child") },
  "that is gone": { meanwhile: ({ redis, queues }) => redis.del(queues.warmup.toKey("first")) },
  "that another one has by now": { meanwhile: ({ redis, queues }) => redis.set(queues.warmup.toKey("first:lock"), "another") },
  "that is not under way": { meanwhile: ({ redis, queues }) => redis.del(queues.warmup.toKey("active")) },
  "of a queue with a limit": { meanwhile: ({ queues }) => queues.warmup.setGlobalConcurrency(5) },
  "of a queue with a rate": { meanwhile: ({ queues }) => queues.warmup.setGlobalRateLimit(5, 1_000) },
  "of a paused queue": { meanwhile: ({ queues }) => queues.warmup.pause() },
  "while a delayed one is due": { meanwhile: ({ redis, queues }) => redis.zadd(queues.warmup.toKey("delayed"), 1, "due") },
  "after which none waits": { meanwhile: ({ redis, queues }) => redis.del(queues.warmup.toKey("wait")) },
};

test.for(Object.keys(unusual))("a job %s is left to BullMQ, untouched", async (which) => {
  await using at = testQueue();
  expect(await complete(at, unusual[which])).toBe(leftToBullmq);
});
