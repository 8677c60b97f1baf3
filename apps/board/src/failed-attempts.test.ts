import { expect, test } from "vitest";
import { createFailedAttempts } from "./failed-attempts.ts";

test("an address that has failed too often waits until the window of its first failure ends", () => {
  let now = 1_000_000;
  const failures = createFailedAttempts({ limit: 2, windowMs: 60_000 }, () => now);
  failures.add("a");
  expect(failures.waitSeconds("a")).toBe(0);
  now += 20_000;
  failures.add("a");
  expect(failures.waitSeconds("a")).toBe(40);
  expect(failures.waitSeconds("b")).toBe(0);
  now += 40_001;
  expect(failures.waitSeconds("a")).toBe(0);
});
