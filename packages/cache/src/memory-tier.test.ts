import { expect, test } from "vitest";
import { MemoryTier } from "./memory-tier.ts";

const times = { name: "thing", memoryTtlMs: 60_000, graceMs: 0 };
const value = (length: number) => ({ value: "x", cachedAt: 0, expiresAt: 3_600_000, length });
const tier = (limits = {}) => new MemoryTier({ maxEntries: 1_000, maxBytes: 1_000_000, ...limits }, () => 0);

test("memory is bounded by bytes, and what it drops is what was used longest ago", () => {
  const memory = tier({ maxBytes: 10_000 });
  for (const key of ["a", "b", "c", "d", "e"]) memory.set(key, value(1_000), [key], times);
  expect(memory.bytes).toBeLessThanOrEqual(10_000);
  expect(["a", "b", "c", "d", "e"].filter((key) => memory.get("thing", key))).toEqual(["b", "c", "d", "e"]);
});

test("memory is bounded by entries, and tags of what it dropped are forgotten", () => {
  const memory = tier({ maxEntries: 3 });
  for (let n = 0; n < 100; n++) memory.set(`key:${n}`, value(1), [`tag:${n}`, "all"], times);
  expect(memory.tags).toBe(4);
  memory.dropTags(["all"]);
  expect([memory.tags, memory.bytes]).toEqual([0, 0]);
});

test("a value that is larger than memory is not kept, nor its tags", () => {
  const memory = tier({ maxBytes: 1_000 });
  memory.set("a", value(1_000), ["tag"], times);
  expect([memory.get("thing", "a"), memory.tags]).toEqual([undefined, 0]);
});

test("a value that replaces another has its own tags", () => {
  const memory = tier();
  memory.set("a", value(1), ["old"], times);
  memory.set("a", value(1), ["new"], times);
  memory.dropTags(["old"]);
  expect(memory.get("thing", "a")).toBeDefined();
  memory.dropTags(["new"]);
  expect(memory.get("thing", "a")).toBeUndefined();
});
