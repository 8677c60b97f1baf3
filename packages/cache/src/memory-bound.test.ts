import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { openCaches } from "../test/open-caches.ts";
import { probe } from "../test/probe.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const mebibyte = 1024 ** 2;
const maxBytes = 4 * mebibyte;

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test("a flood of distinct keys leaves memory within its bytes, and the process too", async () => {
  await using caches = openCaches();
  const cache = await caches.open({ memory: { maxEntries: 1_000_000, maxBytes } });
  const { entry, load } = probe({ tiers: ["memory"] });
  load.mockImplementation(async (sets) => sets.map(({ id }) => id.padEnd(1_000, "x")));
  const before = heapUsed();
  for (let page = 0; page < 50; page++) {
    await cache.getMany(
      entry,
      Array.from({ length: 1_000 }, (_, index) => ({ id: `${page} ${index}` })),
    );
    load.mockClear();
  }
  const { bytes = 0, values = 0 } = (await cache.usage()).memory[entry.name] ?? {};
  expect(bytes).toBeGreaterThan(maxBytes / 2);
  expect(bytes).toBeLessThanOrEqual(maxBytes);
  expect(values).toBeLessThan(4_000);
  expect(heapUsed() - before).toBeLessThan(3 * maxBytes);
});
