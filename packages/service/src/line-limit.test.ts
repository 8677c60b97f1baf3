import { expect, test } from "vitest";
import { createLineLimit } from "./line-limit.ts";

test("a storm is told in a few lines a second, with how many were left out", () => {
  let now = 0;
  const limit = createLineLimit(3, () => now);
  const told: number[] = [];
  const tell = (leftOut: number) => void told.push(leftOut);
  for (let n = 0; n < 1_000; n += 1) limit(tell);
  expect(told).toEqual([0, 0, 0]);
  now = 1_000;
  limit(tell);
  expect(told).toEqual([0, 0, 0, 997]);
});
