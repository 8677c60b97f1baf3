import type { WarmupResult } from "@caretaker/contracts";
import { expect, test, vi } from "vitest";
import { fleet } from "./fleet.ts";

const resultOf = async ({ engine }: Awaited<ReturnType<typeof fleet>>, id: string) => {
  const job = await engine.followJob("warmup", id, { signal: AbortSignal.timeout(50_000) });
  expect(job?.error).toBeNull();
  return job?.result as WarmupResult;
};

test("two workers share the chunks of a warm-up", async () => {
  await using all = await fleet();
  await Promise.all([all.start("first"), all.start("second")]);
  await vi.waitUntil(async () => (await all.engine.queues.warmup.getWorkersCount()) === 2, { timeout: 20_000 });
  const { id } = await all.warmAll();
  const result = await resultOf(all, id);
  expect(result).toMatchObject({ failed: 0, fenced: 0 });
  expect(result.written + result.fresh).toBe(result.targets);
  const chunks = await all.chunks();
  expect(new Set(chunks.map(({ processedBy }) => processedBy))).toEqual(new Set(["first", "second"]));
});

test("killing a worker in the middle of a warm-up loses nothing", async () => {
  await using all = await fleet();
  const first = await all.start("first");
  const { id } = await all.warmAll();
  await vi.waitUntil(async () => (await all.chunks()).length > 3, { timeout: 20_000, interval: 5 });
  first.kill("SIGKILL");
  await first.exited;
  expect(await all.engine.queues.warmup.getJobState(id)).not.toBe("completed");
  await all.start("second");
  const result = await resultOf(all, id);
  const active = await all.engine.db.pool.query("select count(*)::int as users from users where is_active");
  expect(result).toMatchObject({ targets: 4 * active.rows[0].users + 1, failed: 0 });
  expect(result.written + result.fresh).toBe(result.targets);
});
