import { expect, test } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { within } from "./within.ts";

test("an answer that is there counts, however busy the process was", async () => {
  await using caches = openCaches();
  await caches.plain.ping();
  const answer = within(5, caches.plain.ping());
  const began = performance.now();
  while (performance.now() - began < 50);
  expect(await answer).toBe("PONG");
});

test("what does not answer in time is given up", async () => {
  await expect(within(1, new Promise(() => {}))).rejects.toThrow("no answer within 1 ms");
});
