import { testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { forkProgram } from "../test/fork-program.ts";
import { openCaches } from "../test/open-caches.ts";
import { gate, probe } from "../test/probe.ts";

const a = { id: "a" };

async function openReaders(count: number, orders: { prefix: string; loadWaitMs: number }, closing: AsyncDisposableStack) {
  const readers = Array.from({ length: count }, () => closing.use(forkProgram("reader-process.ts", { redisUrl: testRedisUrl(), ...orders })));
  const said = async (word: string) => expect(await Promise.all(readers.map((reader) => reader.next()))).toEqual(readers.map(() => word));
  await said("ready");
  for (const reader of readers) reader.tell("a");
  await said("missed");
  return readers;
}

test("twenty processes that ask for one cold key load it once", async () => {
  await using caches = openCaches();
  await using closing = new AsyncDisposableStack();
  const readers = await openReaders(20, { prefix: caches.prefix, loadWaitMs: 30_000 }, closing);
  await caches.plain.rpush(`${caches.prefix}-gate`, "loaded");
  expect(await Promise.all(readers.map((reader) => reader.next()))).toEqual(readers.map(() => "loaded"));
  expect(await caches.plain.llen(`${caches.prefix}-loads`)).toBe(1);
});

test("a process that is killed while it loads is replaced by another one", async () => {
  await using caches = openCaches();
  await using closing = new AsyncDisposableStack();
  const readers = await openReaders(3, { prefix: caches.prefix, loadWaitMs: 1_000 }, closing);
  const [first] = await vi.waitUntil(async () => ((loads) => loads.length > 0 && loads)(await caches.plain.lrange(`${caches.prefix}-loads`, 0, -1)));
  const dead = readers.find(({ pid }) => pid === Number(first));
  dead?.kill("SIGKILL");
  await dead?.exited;
  await caches.plain.rpush(`${caches.prefix}-gate`, "loaded", "loaded");
  const alive = readers.filter((reader) => reader !== dead);
  expect(await Promise.all(alive.map((reader) => reader.next()))).toEqual(["loaded", "loaded"]);
});

test("when the one that loads fails, another one loads", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, answer } = probe();
  const failing = gate<string>();
  answer.mockImplementationOnce(failing.load);
  const first = here.get(entry, a).catch((error) => error.code);
  await failing.begun;
  const second = there.get(entry, a);
  failing.fail(new Error("database is away"));
  expect([await first, (await second).value]).toEqual(["LOAD_FAILED", "a 1"]);
});

test("nobody waits longer than loadWaitMs for another's load", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open({ loadWaitMs: 30 })];
  const { entry, answer } = probe();
  const slow = gate<string>();
  answer.mockImplementationOnce(slow.load);
  const first = here.get(entry, a);
  await slow.begun;
  expect(await there.get(entry, a)).toMatchObject({ value: "a 1", source: "miss" });
  slow.open("slow");
  await first;
});

test("a load that began before an invalidation holds nobody up", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open({ loadWaitMs: 3_600_000 })];
  const { entry, answer } = probe();
  const old = gate<string>();
  answer.mockImplementationOnce(old.load);
  const first = here.get(entry, a);
  await old.begun;
  await there.invalidate(["thing:a"]);
  expect((await there.get(entry, a)).value).toBe("a 1");
  old.open("old");
  await first;
});

test("of many values each process loads those that no other does", async () => {
  await using caches = openCaches();
  const [here, there] = [await caches.open(), await caches.open()];
  const { entry, answer, load } = probe();
  const slow = gate<string>();
  answer.mockImplementationOnce(slow.load);
  const first = here.getMany(entry, [a]);
  await slow.begun;
  const second = there.getMany(entry, [a, { id: "b" }]);
  await vi.waitUntil(() => load.mock.calls.length === 2);
  slow.open("slow");
  expect([await first, await second]).toEqual([["slow"], ["slow", "b 1"]]);
  expect(load.mock.calls).toEqual([[[a]], [[{ id: "b" }]]]);
});
