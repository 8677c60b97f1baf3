import { expect, test, vi } from "vitest";
import { fleet } from "./fleet.ts";

test("a worker that is told to stop waits for its job, and told again it ends at once", async () => {
  await using all = await fleet();
  const { pool } = all.engine.db;
  const blocker = await pool.connect();
  await blocker.query("begin; lock table study_sessions in access exclusive mode");
  try {
    await all.warmAll();
    const worker = await all.start("first");
    await vi.waitUntil(async () => (await all.engine.queues.warmup.getActiveCount()) > 0, { timeout: 20_000 });
    let ended = false;
    void worker.exited.then(() => {
      ended = true;
    });
    await vi.waitUntil(
      () => {
        worker.kill("SIGTERM");
        return ended;
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(await worker.exited).toBe(130);
  } finally {
    blocker.release(true);
  }
});
