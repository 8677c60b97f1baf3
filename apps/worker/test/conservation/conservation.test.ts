import { expect, inject, test } from "vitest";
import { runTrial } from "./run-trial.ts";

test("workers that are killed while they archive, clean up and restore lose no row, and have none twice", async () => {
  const result = await runTrial({ databaseUrl: inject("databaseUrl"), redisUrl: inject("redisUrl"), rows: 8_000, replicas: 2, kills: 3 });
  expect(result).toMatchObject({ strange: 0, wronglyDeleted: 0, missing: result.purged });
  expect(result.changes).toBeGreaterThan(100);
}, 600_000); // each kill can cost the time of a recovery, and what the trial itself waits for ends earlier
