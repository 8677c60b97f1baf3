import { expect, test, vi } from "vitest";
import { fleet } from "./fleet.ts";

/** The chunks' statement, running or waiting for its lock in a worker. */
const statements = `
  select count(*)::int as n from pg_stat_activity
  where datname = current_database() and state = 'active' and query like '%study_sessions s%unnest%' and pid <> pg_backend_pid()`;

test("a job that another process runs is cancelled with its chunks, and its SQL statement is gone", async () => {
  await using all = await fleet();
  const { pool } = all.engine.db;
  const count = async () => (await pool.query(statements)).rows[0].n as number;
  const blocker = await pool.connect();
  await blocker.query("begin; lock table study_sessions in access exclusive mode");
  try {
    const { id } = await all.warmAll();
    await all.start("first");
    await vi.waitUntil(async () => (await count()) > 0, { timeout: 20_000 });
    expect(await all.engine.cancelJob("warmup", id, { by: "anna", reason: "wrong users" })).toMatchObject({
      state: "cancelled",
      cancelled: { by: "anna", reason: "wrong users" },
    });
    await vi.waitUntil(async () => (await count()) === 0);
    await vi.waitUntil(async () => {
      const left = await all.engine.queues.warmup.getJobs(["waiting", "active", "delayed", "waiting-children"]);
      return left.every((job) => job.id !== id && job.parent?.id !== id);
    });
  } finally {
    blocker.release(true);
  }
});
