import { expect, test } from "vitest";
import { createHostBreakers } from "./host-breakers.ts";

test("a host that fails three times is left alone, then one may look whether it is back", () => {
  let now = 0;
  const breakers = createHostBreakers({ failures: 3, pauseMs: 100, now: () => now });
  for (let n = 0; n < 2; n += 1) breakers.failed("a");
  expect(breakers.waitMs("a")).toBe(0);
  breakers.failed("a");
  expect([breakers.waitMs("a"), breakers.waitMs("b")]).toEqual([100, 0]);
  now = 100;
  expect([breakers.waitMs("a"), breakers.waitMs("a")]).toEqual([0, 100]);
  breakers.failed("a");
  now = 150;
  expect(breakers.waitMs("a")).toBe(50);
  breakers.succeeded("a");
  expect(breakers.waitMs("a")).toBe(0);
});

test("failures count only in a row", () => {
  const breakers = createHostBreakers({ failures: 2, pauseMs: 100 });
  breakers.failed("a");
  breakers.succeeded("a");
  breakers.failed("a");
  expect(breakers.waitMs("a")).toBe(0);
});
