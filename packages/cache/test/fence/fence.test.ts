import { expect, test } from "vitest";
import { runTrial } from "./run-trial.ts";

const operations = 20_000;

test("of 20,000 operations of eight processes, no read gives what was invalidated", async () => {
  const { stale, examples, invalidations } = await runTrial({ operations, chaos: false });
  expect(invalidations).toBeGreaterThan(operations / 10);
  expect({ stale, examples }).toEqual({ stale: 0, examples: [] });
});

test("nor while Redis is killed and restarted and connections are cut", async () => {
  const { stale, examples, restarts, invalidations } = await runTrial({ operations, chaos: true, seed: 2 });
  expect(Math.min(restarts, invalidations)).toBeGreaterThan(0);
  expect({ stale, examples }).toEqual({ stale: 0, examples: [] });
});
