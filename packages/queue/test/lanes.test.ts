import { expect, test } from "vitest";
import { createLanes, doneMark } from "../src/lanes.ts";
import { testQueue } from "./test-queue.ts";

/** Lanes of a queue in which a test adds and ends jobs by hand. */
function testLanes() {
  const stack = testQueue();
  const queue = stack.queues.messages;
  const lanes = createLanes(queue, stack.redis);
  const add = (id: string, delay = 0) => queue.add("test", {}, { jobId: id, delay });
  return {
    ...stack,
    ...{ queue, lanes, add },
    /** Adds a job whose turn has not come and that was put aside. */
    async addAside(id: string) {
      await add(id, 60_000);
      expect(await lanes.enter("x", id)).toMatchObject({ turn: "later" });
    },
    /** Takes a job out of its lane as if it had never been there; who is behind it is not told. */
    vanish: (id: string) => stack.redis.zrem(queue.toKey("lane:x"), id),
  };
}

test("jobs have their turns in the order in which they joined, whoever asks first", async () => {
  await using stack = testLanes();
  const { lanes, add } = stack;
  const ids = ["a", "b", "c"];
  await lanes.join(ids.map((id) => ({ lane: "x", id })));
  await Promise.all(ids.map((id) => add(id)));
  expect(await lanes.enter("x", "c")).toEqual({ turn: "later", ahead: 2, isLast: true });
  expect(await lanes.enter("x", "b")).toEqual({ turn: "later", ahead: 1, isLast: false });
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
  const { lanes, add, addAside, queue, vanish } = stack;
  await lanes.join(["a", "b", "c"].map((id) => ({ lane: "x", id })));
  await add("a");
  await addAside("b");
  await addAside("c");
  await lanes.leave("x", "a", doneMark);
  expect(await Promise.all(["b", "c"].map((id) => queue.getJobState(id)))).toEqual(["waiting", "delayed"]);
  await lanes.wakeIfFirst("x", "c");
  expect(await queue.getJobState("c")).toBe("delayed");
  await vanish("b");
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
  expect(await lanes.enter("x", "last")).toEqual({ turn: "later", ahead: 2, isLast: true });
  await redis.zadd(queue.toKey("lane:x"), 1, "gone");
  expect(await lanes.enter("x", "last")).toEqual({ turn: "later", ahead: 1, isLast: true });
  await add("new");
  expect(await lanes.enter("x", "new")).toEqual({ turn: "now" });
});

test("who leaves passes over those that have ended or are gone", async () => {
  await using stack = testLanes();
  const { lanes, add, addAside, queue, redis } = stack;
  await redis.zadd(queue.toKey("lane:x"), 1, "first", 2, "ended", 3, "gone");
  await add("first");
  await add("ended");
  await lanes.join([{ lane: "x", id: "last" }]);
  await addAside("last");
  await redis.hset(queue.toKey("ended"), "finishedOn", Date.now());
  await lanes.leave("x", "first", doneMark);
  expect(await queue.getJobState("last")).toBe("waiting");
});

test("one that is published again when it has had its turn does not stand in the lane once more", async () => {
  await using stack = testLanes();
  const { lanes, add, queue, redis } = stack;
  await Promise.all(["a", "b"].map((id) => add(id)));
  await lanes.leave("x", "a", doneMark);
  await redis.hset(queue.toKey("b"), "finishedOn", Date.now());
  await lanes.join(["a", "b", "c"].map((id) => ({ lane: "x", id })));
  expect(await redis.zrange(queue.toKey("lane:x"), 0, -1)).toEqual(["c"]);
});

test("who asks for its turn wakes the first one that sleeps, but none that had its turn and is to be tried again", async () => {
  await using stack = testLanes();
  const { lanes, add, addAside, queue, vanish } = stack;
  await lanes.join(["a", "b", "c"].map((id) => ({ lane: "x", id })));
  await add("a", 60_000);
  await lanes.enter("x", "a");
  await addAside("b");
  await add("c");
  await lanes.enter("x", "c");
  expect(await Promise.all(["a", "b"].map((id) => queue.getJobState(id)))).toEqual(["delayed", "delayed"]);
  await vanish("a");
  await lanes.enter("x", "c");
  expect(await queue.getJobState("b")).toBe("waiting");
});
