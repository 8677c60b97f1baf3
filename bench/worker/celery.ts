import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "@caretaker/stack";
import type { Bench } from "./bench-queue.ts";

const tasks = `
import os, sys
from celery import Celery
app = Celery("tasks", broker=os.environ["BROKER"])
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)

@app.task
def noop(n):
    pass

if __name__ == "__main__":
    with app.producer_pool.acquire() as producer:
        for n in range(int(sys.argv[1])):
            noop.apply_async((n,), producer=producer)
`;

/** A Python that has Celery and its Redis transport, or undefined. */
export async function findCelery(): Promise<string | undefined> {
  for (const python of ["/usr/bin/python3", "python3"]) {
    const child = spawn(python, ["-c", "import celery, redis"], { stdio: "ignore" });
    const code = await Promise.race([once(child, "exit").then(([exit]) => exit), once(child, "error").then(() => 1)]);
    if (code === 0) return python;
  }
  return undefined;
}

/** Tasks that Celery does in a second with two prefork processes; counted from when it takes the first to when it has taken the last. */
export async function celeryPerSecond({ redis, stack }: Bench, python: string, count: number): Promise<number> {
  await redis.flushall();
  const dir = temporaryFolder();
  await writeFile(join(dir, "tasks.py"), tasks);
  const options = { cwd: dir, env: { PATH: "/usr/bin:/bin", BROKER: stack.redisUrl, C_FORCE_ROOT: "1" }, stdio: "ignore" } as const;
  await once(spawn(python, ["tasks.py", String(count)], options), "exit");
  if ((await redis.llen("celery")) !== count) throw new Error("the tasks could not be sent");
  const flags = ["--pool=prefork", "--concurrency=2", "--loglevel=ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"];
  const worker = spawn(python, ["-m", "celery", "-A", "tasks", "worker", ...flags], options);
  while ((await redis.llen("celery")) === count) await pause(1);
  const began = performance.now();
  while ((await redis.llen("celery")) + (await redis.hlen("unacked")) > 0) await pause(5);
  const seconds = (performance.now() - began) / 1_000;
  worker.kill("SIGTERM");
  await once(worker, "exit");
  await redis.flushall();
  return count / seconds;
}
