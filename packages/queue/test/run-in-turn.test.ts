import { expect, test } from "vitest";
import { createLanes, type Lanes } from "../src/lanes.ts";
import { PermanentFailure, Snoozed } from "../src/outcome.ts";
import { runInTurn } from "../src/run-in-turn.ts";
import { testQueue } from "./test-queue.ts";

/** Two jobs in a lane, of which the second has been put aside. */
async function twoInLane() {
  const stack = testQueue();
  const queue = stack.queues.messages;
  const lanes = createLanes(queue, stack.redis);
  await lanes.join(["first", "second"].map((id) => ({ lane: "x", id })));
  await queue.add("test", {}, { jobId: "first" });
  await queue.add("test", {}, { jobId: "second", delay: 60_000 });
  await lanes.enter("x", "second");
  return { ...stack, lanes, stateOfSecond: () => queue.getJobState("second") };
}

const run = (lanes: Lanes, work: () => Promise<unknown>, { id = "first", isLastAttempt = false } = {}) =>
  runInTurn(lanes, "x", { id, isLastAttempt, signal: new AbortController().signal } as never, work);

test("the next one goes when the first has succeeded, and the first does not run again", async () => {
  await using stack = await twoInLane();
  expect(await run(stack.lanes, async () => 7)).toBe(7);
  expect(await stack.stateOfSecond()).toBe("waiting");
  expect(await run(stack.lanes, async () => expect.unreachable())).toBeUndefined();
});

test("the next one waits while the first is to be tried again, or was put off", async () => {
  await using stack = await twoInLane();
  for (const error of [new Error("not yet"), new Snoozed(1_000, "later")]) {
    await expect(run(stack.lanes, () => Promise.reject(error), { isLastAttempt: error instanceof Snoozed })).rejects.toBe(error);
    expect(await stack.stateOfSecond()).toBe("delayed");
  }
});

test.each([
  ["for good", new PermanentFailure("never"), false],
  ["for the last time", new Error("still not"), true],
])("the next one goes when the first has failed %s, before anybody knows of its end", async (_how, error, isLastAttempt) => {
  await using stack = await twoInLane();
  await expect(run(stack.lanes, () => Promise.reject(error), { isLastAttempt })).rejects.toBe(error);
  expect(await stack.stateOfSecond()).toBe("waiting");
  await expect(run(stack.lanes, async () => expect.unreachable())).rejects.toMatchObject({ code: "PERMANENT_FAILURE", message: error.message });
});

test("one that comes too early is put aside, longer the more are before it; the last one looks soon for all", async () => {
  await using stack = await twoInLane();
  await stack.lanes.join(["third", "fourth", "fifth"].map((id) => ({ lane: "x", id })));
  for (const [id, ms] of [
    ["second", 10_000],
    ["third", 15_000],
    ["fourth", 20_000],
    ["fifth", 10_000],
  ] as const) {
    await expect(run(stack.lanes, async () => expect.unreachable(), { id })).rejects.toMatchObject({ code: "SNOOZED", ms });
  }
});
