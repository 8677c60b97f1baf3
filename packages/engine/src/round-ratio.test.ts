import { expect, test } from "vitest";
import { roundRatio } from "./round-ratio.ts";

test.each([
  [1, 8, 0.13],
  [-1, 8, -0.13],
  [1, 3, 0.33],
  [2, 3, 0.67],
  [201, 200, 1.01],
  [-201, 200, -1.01],
  [0, 5, 0],
  [5, 0, 0],
  [-1, 1_000, 0],
])("%i / %i is %d to two decimals, half away from zero", (numerator, denominator, expected) => {
  expect(roundRatio(numerator, denominator)).toBe(expected);
});
