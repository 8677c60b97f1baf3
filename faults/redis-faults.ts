import { setTimeout as pause } from "node:timers/promises";
import { type RedisServer, startRedis, temporaryFolder, until } from "@caretaker/stack";
import { Redis } from "ioredis";
import type { Fault, Round, Servers } from "./fault.ts";
import { type Lab, openLab, type WorkerProcess } from "./lab.ts";
import { effects, judge } from "./oracle.ts";

interface Scene {
  readonly redis: RedisServer;
  /** A connection to it that asks for anything. */
  readonly admin: Redis;
  readonly lab: Lab;
  readonly worker: WorkerProcess;
}

/** A round with a Redis of its own, a worker, and a client that sends a job every 20 ms until the fault is over. */
async function underLoad({ databaseUrl }: Servers, inject: (scene: Scene) => Promise<number>): Promise<Round> {
  await using redis = await startRedis({ dir: `${temporaryFolder()}/redis` });
  await using lab = await openLab({ databaseUrl, redisUrl: redis.url });
  using opened = new DisposableStack();
  const admin = opened.adopt(new Redis(redis.url), (connection) => connection.disconnect());
  admin.on("error", () => {});
  const worker = await lab.startWorker({ CONCURRENCY: "4" });
  let over = false;
  const load = (async () => {
    while (!over) {
      await lab.send({ steps: 2, stepMs: 10 });
      await pause(20);
    }
  })();
  await until("work is under way", async () => (await effects(lab)) > 10);
  const recoveryMs = await inject({ redis, admin, lab, worker });
  over = true;
  await load;
  if ((await Promise.race([worker.exited, "running"])) !== "running") throw new Error("the worker died");
  return { recoveryMs, ...(await judge(lab)) };
}

/** Ms from now until a job that is sent now has been done; it is sent again while it is rejected. */
async function nextJobDone(lab: Lab): Promise<number> {
  const began = Date.now();
  let key = "";
  await until("a job is accepted", async () => {
    key = await lab.send();
    return lab.notes.accepted.has(key);
  });
  await until("a new job is done", async () => (await effects(lab, key)) > 0);
  return Date.now() - began;
}

const restarted: Fault = {
  name: "Redis restarts",
  inject: "kill -9 under load, append-only file",
  measured: "from being back until a new job is done",
  limitMs: 3_000,
  sideBySide: 3,
  run: (servers) =>
    underLoad(servers, async ({ redis, lab }) => {
      await redis.kill("SIGKILL");
      await pause(1_000);
      await redis.restart();
      return nextJobDone(lab);
    }),
};

const stopped: Fault = {
  name: "Redis frozen",
  inject: "SIGSTOP for 3 s under load",
  measured: "from SIGCONT until a new job is done",
  limitMs: 3_000,
  sideBySide: 3,
  run: (servers) =>
    underLoad(servers, async ({ redis, lab }) => {
      await redis.kill("SIGSTOP");
      await pause(3_000);
      await redis.kill("SIGCONT");
      return nextJobDone(lab);
    }),
};

const cut: Fault = {
  name: "connections cut",
  inject: "CLIENT KILL TYPE normal every 500 ms for 10 s",
  measured: "the slowest of the jobs sent meanwhile, one at a time",
  limitMs: 10_000,
  sideBySide: 3,
  run: (servers) =>
    underLoad(servers, async ({ admin, lab }) => {
      let slowest = 0;
      const kill = setInterval(() => admin.client("KILL", "TYPE", "normal", "SKIPME", "yes").catch(() => {}), 500);
      for (const end = Date.now() + 10_000; Date.now() < end; ) slowest = Math.max(slowest, await nextJobDone(lab));
      clearInterval(kill);
      return slowest;
    }),
};

const full: Fault = {
  name: "Redis full",
  inject: "maxmemory below what is used for 5 s; the worker may log 10 lines a second",
  measured: "from having room until a new job is done",
  limitMs: 3_000,
  sideBySide: 3,
  run: (servers) =>
    underLoad(servers, async ({ admin, lab, worker }) => {
      const before = worker.lines;
      await admin.config("SET", "maxmemory", "1");
      await pause(5_000);
      const lines = worker.lines - before;
      await admin.config("SET", "maxmemory", "0");
      if (lines > 50) throw new Error(`the worker logged ${lines} lines in 5 s`);
      return nextJobDone(lab);
    }),
};

const flushed: Fault = {
  name: "Redis loses everything",
  inject: "FLUSHALL under load",
  measured: "until a new job is done",
  limitMs: 10_000,
  sideBySide: 3,
  run: (servers) =>
    underLoad(servers, async ({ admin, lab }) => {
      await admin.flushall();
      const flushedAt = performance.now();
      const recoveryMs = await nextJobDone(lab);
      // what was thrown away on purpose is not lost, also if its sender heard of it only afterwards
      for (const [key, { sentAt }] of lab.notes.accepted) if (sentAt <= flushedAt) lab.notes.accepted.delete(key);
      return recoveryMs;
    }),
};

export const redisFaults: readonly Fault[] = [restarted, stopped, cut, full, flushed];
