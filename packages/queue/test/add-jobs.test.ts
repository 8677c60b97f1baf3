import { expect, test } from "vitest";
import { addJobs } from "../src/add-jobs.ts";
import type { Addition } from "../src/addition.ts";
import { linePlaces } from "../src/line-script.ts";
import { stored } from "./stored.ts";
import { testQueue } from "./test-queue.ts";

const addition = (id: string, facts: Partial<Addition> = {}): Addition => ({
  ...{ queue: "warmup", name: "a.note", data: { text: `"${id}" \u00e9` }, id, chosen: true, deduplication: undefined },
  ...{ priority: "normal", delayMs: 0, requestId: undefined, signal: undefined, ...facts },
});
/** The same job as one would add it with BullMQ alone, to the place in line that ours gets. */
const bullmqs = ({ name, data, id, deduplication, priority, delayMs, requestId }: Addition) => ({
  ...{ name, data },
  opts: {
    ...{ jobId: id, delay: delayMs, lifo: priority === "high", priority: priority === "low" ? linePlaces : 0, requestId },
    ...(deduplication ? { deduplication: { id: deduplication } } : {}),
  },
});

/** The moment a job was made, and when it is due, are not the same twice; its options tell a few things again that its hash tells. */
const withoutTimes = (all: Record<string, unknown>) =>
  JSON.parse(
    JSON.stringify(all, (name, value) => {
      if (name === "timestamp" || name === "delayed" || (name === "1" && value.length > 10)) return "a time";
      if (name === "delay" && value.length > 10) return "a time";
      if (name !== "opts") return value;
      const { jobId: _id, de: _de, attempts: _attempts, priority: _priority, lifo = false, delay = 0, ...rest } = JSON.parse(value);
      return { ...rest, lifo, delay };
    }),
  );

test("what is stored of jobs, and told of them, is what BullMQ stores and tells", async () => {
  await using ours = testQueue();
  await using theirs = testQueue();
  const additions = [
    addition("plain"),
    addition("told-of", { requestId: "r-1" }),
    addition("first", { deduplication: "same" }),
    addition("second", { deduplication: "same" }),
    addition("urgent", { priority: "high" }),
    addition("later", { delayMs: 60_000, deduplication: "other" }),
    addition("last", { priority: "low" }),
    addition("plain"),
  ];
  await addJobs(ours.queues.warmup, additions);
  await theirs.queues.warmup.addBulk(additions.map(bullmqs));
  const { pc: _numbersOurs, "line-low": line, ...mine } = withoutTimes(await stored(ours.redis, ours.queues.warmup));
  const { pc: _numbersTheirs, ...bare } = withoutTimes(await stored(theirs.redis, theirs.queues.warmup));
  expect(mine).toEqual(bare);
  expect(Object.keys(mine)).toEqual(expect.arrayContaining(["de:other", "delayed", "marker", "prioritized", "wait"]));
  expect(line).toEqual({ a: String(linePlaces) });
});
