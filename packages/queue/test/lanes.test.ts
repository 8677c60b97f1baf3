import { expect, test } from "vitest";
import { createLanes, doneMark } from "../src/lanes.ts";
import { testQueue } from "./test-queue.ts";

/** Lanes of a queue in which a test adds and ends jobs by hand. */
function testLanes() {
  const stack = testQueue();
  const queue = stack.queues.messages;
  return { ...stack, queue, lanes: createLanes(queue, stack.redis), add: (id: string, delay = 0) => queue.add("test", {}, { jobId: id, delay }) };
}

test("jobs have their turns in the order in which they joined, whoever asks first", async () => {
  await using stack = testLanes();
  const { lanes, add } = stack;
  const ids = ["a", "b", "c"];
  await lanes.join(ids.map((id) => ({ lane: "x", id })));
  await Promise.all(ids.map((id) => add(id)));
  expect(await lanes.enter("x", "c")).toEqual({ turn: "later", ahead: 2 });
  expect(await lanes.enter("x", "b")).toEqual({ turn: "later", ahead: 1 });
  expect(await lanes.enter("x", "a")).toEqual({ turn: "now" });
  expect(await lanes.enter("y", "c")).toEqual({ turn: "now" });
  await lanes.leave("x", "a", doneMark);
  expect(await lanes.enter("x", "b")).toEqual({ turn: "now" });
});

test("a job that has had its turn gets no other one, and hears what came of the first", async () => {
  await using stack = testLanes();
  const { lanes, add } = stack;
  await Promise.all(["a", "b"].map((id) => add(id)));
  await lanes.join(["a", "b"].map((id) => ({ lane: "x", id })));
  await lanes.leave("x", "a", doneMark);
  await lanes.leave("x", "b", "no reply");
  expect(await lanes.enter("x", "a")).toEqual({ turn: "over", mark: doneMark });
  expect(await lanes.enter("x", "b")).toEqual({ turn: "over", mark: "no reply" });
});

test("who leaves wakes the one behind, and who was put aside too late wakes itself", async () => {
  await using stack = testLanes();
  const { lanes, add, queue, redis } = stack;
  await lanes.join(["a", "b", "c"].map((id) => ({ lane: "x", id })));
  await add("a");
  await add("b", 60_000);
  await add("c", 60_000);
  await lanes.leave("x", "a", doneMark);
  expect(await Promise.all(["b", "c"].map((id) => queue.getJobState(id)))).toEqual(["waiting", "delayed"]);
  await lanes.wakeIfFirst("x", "c");
  expect(await queue.getJobState("c")).toBe("delayed");
  await redis.zrem(queue.toKey("lane:x"), "b");
  await lanes.wakeIfFirst("x", "c");
  expect(await queue.getJobState("c")).toBe("waiting");
});

test("jobs that have ended or are gone hold nobody up; one that joined a moment ago and is not added yet does", async () => {
  await using stack = testLanes();
  const { lanes, add, queue, redis } = stack;
  await lanes.join(["ended", "gone", "new", "last"].map((id) => ({ lane: "x", id })));
  await add("last");
  await add("ended");
  await redis.hset(queue.toKey("ended"), "finishedOn", Date.now());
  expect(await lanes.enter("x", "last")).toEqual({ turn: "later", ahead: 2 });
  await redis.zadd(queue.toKey("lane:x"), 1, "gone");
  expect(await lanes.enter("x", "last")).toEqual({ turn: "later", ahead: 1 });
  await add("new");
  expect(await lanes.enter("x", "new")).toEqual({ turn: "now" });
});
