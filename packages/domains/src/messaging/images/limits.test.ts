import { expect, test } from "vitest";
import { atMost } from "./at-most.ts";
import { outputPixels } from "./output-pixels.ts";

test("an image can't grow without bound by being resized", () => {
  expect(outputPixels(4_000, 3_000, { width: 400, fit: "inside" })).toBeLessThan(400_000);
  expect(outputPixels(4_000, 3_000, { width: 400, height: 400, fit: "cover" })).toBe(160_000);
  expect(outputPixels(10, 1_000_000, { width: 10_000, fit: "inside" })).toBe(1e13);
  expect(outputPixels(10, 1_000_000, { width: 100, height: 100, fit: "outside" })).toBe(1e9);
});

test("no more than so many run at once, and all run", async () => {
  const limited = atMost(2);
  let [running, most] = [0, 0];
  const work = async (n: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    if (n === 2) throw new Error("broken");
    return n;
  };
  const ends = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => limited(() => work(n))));
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(most).toBe(2);
});
