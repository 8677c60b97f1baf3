import { expect, test, vi } from "vitest";
import { z } from "zod";
import { openCaches } from "../test/open-caches.ts";
import { gate, probe } from "../test/probe.ts";
import { defineEntry } from "./entry.ts";
import { defineSource } from "./source.ts";

const context = {};
const none = { written: 0, fresh: 0, fenced: 0, failed: 0, failures: [] };

/** Two entries that are computed from one source of numbers. */
function numbers() {
  const load = vi.fn(async (requests: readonly number[], _context: object): Promise<number[]> => requests.map((request) => request * 10));
  const from = defineSource({ name: "numbers", load });
  const params = z.object({ n: z.number() });
  const facts = { params, value: z.number(), ttl: "1h", tags: ({ n }: { n: number }) => [`number:${n}`], from } as const;
  const request = ({ n }: { n: number }) => n;
  const sum = defineEntry({ ...facts, name: "sum", key: "number:{n}:sum", request, compute: (data: number) => data + 1 });
  const product = defineEntry({ ...facts, name: "product", key: "number:{n}:product", request, compute: (data: number) => data * 2 });
  return { load, sum, product, targetsOf: (ns: readonly number[]) => ns.flatMap((n) => [sum, product].map((entry) => ({ entry, params: { n } }))) };
}

test("entries that share a source are warmed by one load, and readers find what was written", async () => {
  await using caches = openCaches();
  const [warmer, reader] = [await caches.open(), await caches.open()];
  const { load, sum, product, targetsOf } = numbers();
  expect(await warmer.warm(targetsOf([1, 2, 3]), { context })).toEqual({ ...none, targets: 6, written: 6 });
  expect(load).toHaveBeenCalledOnce();
  expect(await reader.get(sum, { n: 2 })).toMatchObject({ value: 21, source: "l2" });
  expect(await reader.get(product, { n: 3 })).toMatchObject({ value: 60, source: "l2" });
});

test("what is fresh is left alone, unless it is forced", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ clock: () => now });
  const { load, sum, targetsOf } = numbers();
  await cache.warm(targetsOf([1]), { context });
  const { expiresAt } = await cache.get(sum, { n: 1 });
  now += 1_000;
  expect(await cache.warm(targetsOf([1, 2]), { context })).toEqual({ ...none, targets: 4, written: 2, fresh: 2 });
  expect(load.mock.lastCall?.[0]).toEqual([2, 2]);
  expect((await cache.get(sum, { n: 1 })).expiresAt).toEqual(expiresAt);
  expect(await cache.warm(targetsOf([1, 2]), { context, force: true })).toEqual({ ...none, targets: 4, written: 4 });
  expect((await cache.get(sum, { n: 1 })).cachedAt.getTime()).toBe(now);
});

test("what expired or was invalidated is loaded again", async () => {
  await using caches = openCaches();
  let now = Date.now();
  const cache = await caches.open({ clock: () => now });
  const { targetsOf } = numbers();
  await cache.warm(targetsOf([1, 2]), { context });
  await cache.invalidate(["number:1"]);
  expect(await cache.warm(targetsOf([1, 2]), { context })).toEqual({ ...none, targets: 4, written: 2, fresh: 2 });
  now += 3_600_000;
  expect(await cache.warm(targetsOf([1, 2]), { context })).toEqual({ ...none, targets: 4, written: 4 });
});

test("what is invalidated while it is loaded is fenced and not served", async () => {
  await using caches = openCaches();
  const [warmer, other] = [await caches.open(), await caches.open()];
  const { load, sum, targetsOf } = numbers();
  load.mockImplementationOnce(async (requests) => {
    await other.invalidate(["number:2"]);
    return requests.map(() => -1);
  });
  expect(await warmer.warm(targetsOf([1, 2, 3]), { context })).toEqual({ ...none, targets: 6, written: 4, fenced: 2 });
  expect(await other.get(sum, { n: 2 })).toMatchObject({ value: 21, source: "miss" });
  expect(await other.get(sum, { n: 3 })).toMatchObject({ value: 0, source: "l2" });
});

test("one bad set fails alone, and nothing else with it", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { load, targetsOf, sum } = numbers();
  load.mockImplementation(async (requests) => {
    if (requests.includes(5)) throw new Error("5 is right out");
    return requests.map((request) => request * 10);
  });
  const result = await cache.warm(targetsOf([1, 2, 3, 4, 5, 6, 7]), { context });
  expect(result).toMatchObject({ targets: 14, written: 12, failed: 2 });
  expect(result.failures).toEqual(["sum", "product"].map((entry) => ({ entry, params: { n: 5 }, error: "5 is right out" })));
  expect((await cache.get(sum, { n: 6 })).source).toBe("l2");
});

test("a value that can't be computed, or does not fit its schema, fails alone", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe();
  const broken = { ...entry, compute: (data: unknown, { id }: { id: string }) => (id === "b" ? JSON.parse("{") : id === "c" ? 7 : data) as string };
  answer.mockResolvedValue("fine");
  const result = await cache.warm(
    ["a", "c", "b"].map((id) => ({ entry: broken, params: { id } })),
    { context },
  );
  expect(result).toMatchObject({ targets: 3, written: 1, failed: 2 });
  expect(result.failures.map(({ params }) => params)).toEqual([{ id: "c" }, { id: "b" }]);
});

test("of what is warmed too, only what the schema knows is stored, unless the entry vouches for all but the first", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const user = z.object({ name: z.string() });
  const secret = { name: "Ada", password: "hunter2" };
  for (const warmCheck of ["every", "first"] as const) {
    const { entry, answer } = probe<z.infer<typeof user>>({ value: user, warmCheck });
    answer.mockImplementation(async () => ({ ...secret }));
    await cache.warm(entry, [{ id: "a" }, { id: "b" }]);
    const stored = await caches.plain.mget(["a", "b"].map((id) => `${caches.prefix}:1:{thing:${id}}=${entry.name}:${id}:v`));
    expect(stored.map((text) => text?.includes("hunter2"))).toEqual([false, warmCheck === "first"]);
  }
});

test("one entry is warmed with the context of a read", async () => {
  await using caches = openCaches();
  const context = { db: "reader" };
  const cache = await caches.open({ context: () => context });
  const { load, sum } = numbers();
  expect(await cache.warm(sum, [{ n: 1 }, { n: 2 }])).toEqual({ ...none, targets: 2, written: 2 });
  expect(await cache.warm(sum, [{ n: 2 }], { force: true })).toEqual({ ...none, targets: 1, written: 1 });
  expect(load.mock.lastCall).toEqual([[2], context]);
});

test("entries of memory alone are warmed in this process, and Redis knows nothing of it", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const [near, far] = [probe({ tiers: ["memory"] }), probe()];
  near.answer.mockImplementation(async ({ id }) => {
    if (id === "bad") throw new Error("not this one");
    return id;
  });
  const targets = [near.entry, far.entry].flatMap((entry) => ["a", "b"].map((id) => ({ entry, params: { id } })));
  await cache.get(near.entry, { id: "a" });
  expect(await cache.warm(targets, { context })).toEqual({ ...none, targets: 4, written: 3, fresh: 1 });
  expect(await cache.get(near.entry, { id: "b" })).toMatchObject({ value: "b", source: "l1" });
  expect((await caches.plain.keys(`${caches.prefix}:*:v`)).filter((key) => key.includes(near.entry.name))).toEqual([]);
  expect(await cache.warm(near.entry, [{ id: "bad" }])).toMatchObject({ written: 0, failed: 1, failures: [{ error: "not this one" }] });
  await expect(cache.warm(near.entry, [{ id: "bad" }], { retryable: () => true })).rejects.toThrow("not this one");
});

test("what is invalidated in memory alone while a forced warm-up loads it does not count as written, and what is named twice counts once", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe({ tiers: ["memory"] });
  const older = gate<string>();
  answer.mockImplementationOnce(older.load);
  const warming = cache.warm(
    entry,
    ["a", "b", "b"].map((id) => ({ id })),
    { force: true },
  );
  await older.begun;
  await cache.invalidate(["thing:a"]);
  older.open("older");
  expect(await warming).toEqual({ ...none, targets: 3, written: 1, fenced: 1, fresh: 1 });
  expect([await cache.exists(entry, { id: "a" }), await cache.exists(entry, { id: "b" })]).toEqual([false, true]);
});

test("a failure that may be gone later is thrown, and so is a source that answers too few", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { load, targetsOf } = numbers();
  load.mockRejectedValueOnce(new Error("connection lost"));
  await expect(cache.warm(targetsOf([1, 2]), { context, retryable: () => true })).rejects.toThrow("connection lost");
  load.mockImplementation(async (requests) => requests.slice(1));
  const result = await cache.warm(targetsOf([1]), { context });
  expect(result).toMatchObject({ targets: 2, failed: 2 });
  expect(result.failures[0]?.error).toContain("0 answers to 1 requests");
});

test("a warm-up that is told to stop stops", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { load, targetsOf } = numbers();
  const signal = AbortSignal.abort();
  await expect(cache.warm(targetsOf([1]), { context, signal })).rejects.toThrow("aborted");
  await expect(cache.warm(targetsOf([1]), { context, signal, force: true })).rejects.toThrow("aborted");
  expect(load).not.toHaveBeenCalled();
});

test("thousands of values and a shared frozen one arrive", async () => {
  await using caches = openCaches();
  const [warmer, reader] = [await caches.open(), await caches.open()];
  const idle = Object.freeze({ sessions: 0 });
  const { entry, answer } = probe({ value: z.object({ sessions: z.number() }) });
  answer.mockImplementation(async ({ id }) => (Number(id) % 2 ? idle : { sessions: Number(id) }));
  const sets = Array.from({ length: 4_321 }, (_, index) => ({ id: String(index) }));
  const targets = sets.map((params) => ({ entry, params }));
  expect(await warmer.warm(targets, { context })).toEqual({ ...none, targets: 4_321, written: 4_321 });
  expect(await warmer.warm(targets, { context })).toEqual({ ...none, targets: 4_321, fresh: 4_321 });
  const values = await reader.getMany(entry, sets);
  expect(values.map((value) => value?.sessions)).toEqual(sets.map(({ id }) => (Number(id) % 2 ? 0 : Number(id))));
  expect(answer).toHaveBeenCalledTimes(4_321);
});

test("a frozen value that two entries share is stored as each one's schema has it", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const shared = Object.freeze({ name: "Ada", age: 36 });
  const from = defineSource({ name: "people", load: async (requests: readonly object[], _context: object) => requests.map(() => shared) });
  const facts = { params: z.object({}), ttl: "1h", from, request: (params: object) => params } as const;
  const wide = defineEntry({ ...facts, name: "wide", key: "wide", value: z.object({ name: z.string(), age: z.number() }), compute: (ada) => ada });
  const narrow = defineEntry({ ...facts, name: "narrow", key: "narrow", value: z.object({ name: z.string() }), compute: (ada) => ada });
  await cache.warm(
    [wide, narrow].map((entry) => ({ entry, params: {} })),
    { context },
  );
  expect((await cache.get(wide, {})).value).toEqual({ name: "Ada", age: 36 });
  expect((await cache.get(narrow, {})).value).toEqual({ name: "Ada" });
});

test("a read that began before a forced warm-up does not bring back the older value", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry, answer } = probe();
  const older = gate<string>();
  answer.mockImplementationOnce(older.load);
  const early = cache.get(entry, { id: "a" });
  await older.begun;
  await cache.warm([{ entry, params: { id: "a" } }], { context, force: true });
  older.open("older");
  await early;
  expect(await cache.get(entry, { id: "a" })).toMatchObject({ value: "a 1", source: "l2" });
});

test("memory of the process that warms keeps no older value", async () => {
  await using caches = openCaches();
  const cache = await caches.open();
  const { entry } = probe();
  await cache.get(entry, { id: "a" });
  await cache.warm([{ entry, params: { id: "a" } }], { context, force: true });
  expect(await cache.get(entry, { id: "a" })).toMatchObject({ value: "a 2", source: "l2" });
});
