import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, startChild, workerFlags } from "@caretaker/stack";
import type { Bench } from "./bench-queue.ts";

const programs = {
  ours: [...workerFlags, fileURLToPath(new URL("../../apps/worker/src/main.ts", import.meta.url))],
  loaded: [fileURLToPath(new URL("./loaded.ts", import.meta.url))],
};
const settledMs = 3_000;

/** Memory of an idle process: of our worker, or of one that has only loaded what such a worker is made of. */
export async function idleBytes({ stack, redis }: Bench, which: keyof typeof programs): Promise<number> {
  const port = await freePort();
  const settings = { DATABASE_URL: stack.databaseUrl, REDIS_URL: stack.redisUrl, WORKER_PORT: String(port), LOG_LEVEL: "error" };
  await using child = startChild(programs[which], settings);
  while (
    !(await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await pause(50);
  await pause(settledMs);
  const bytes = Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1_024;
  await redis.flushall();
  return bytes;
}
