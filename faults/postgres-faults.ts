import { setTimeout as pause } from "node:timers/promises";
import { startPostgres, temporaryFolder, until } from "@caretaker/stack";
import type { Fault } from "./fault.ts";
import { openLab } from "./lab.ts";
import { effects, judge } from "./oracle.ts";

const restarted: Fault = {
  name: "PostgreSQL restarts",
  inject: "immediate stop in the middle of batches, back after 1 s",
  measured: "from being back until a step is done",
  limitMs: 5_000,
  sideBySide: 3,
  async run({ redisUrl }) {
    await using postgres = await startPostgres({ dir: `${temporaryFolder()}/postgres` });
    await using lab = await openLab({ databaseUrl: postgres.url, redisUrl });
    const worker = await lab.startWorker({ CONCURRENCY: "4" });
    for (let n = 0; n < 8; n += 1) await lab.send({ steps: 40, stepMs: 20 });
    await until("work is under way", async () => (await effects(lab)) > 20);
    await pause(Math.random() * 200);
    await postgres.kill("SIGQUIT");
    await pause(1_000);
    await postgres.restart();
    const began = Date.now();
    const before = await effects(lab);
    await until("a step is done", async () => (await effects(lab)) > before);
    const recoveryMs = Date.now() - began;
    if ((await Promise.race([worker.exited, "running"])) !== "running") throw new Error("the worker died");
    return { recoveryMs, ...(await judge(lab)) };
  },
};

const terminated: Fault = {
  name: "PostgreSQL connections cut",
  inject: "pg_terminate_backend of all of the workers' connections, 5 times at any moment of a batch",
  measured: "until a step is done, the slowest of the five",
  limitMs: 5_000,
  sideBySide: 4,
  async run(servers) {
    await using lab = await openLab(servers);
    const worker = await lab.startWorker({ CONCURRENCY: "4" });
    for (let n = 0; n < 8; n += 1) await lab.send({ steps: 60, stepMs: 20 });
    let slowest = 0;
    for (let cut = 0; cut < 5; cut += 1) {
      await until("work is under way", async () => (await effects(lab)) > cut * 30);
      await pause(Math.random() * 100);
      await lab.db.pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      const began = Date.now();
      const before = await effects(lab);
      await until("a step is done", async () => (await effects(lab)) > before);
      slowest = Math.max(slowest, Date.now() - began);
    }
    if ((await Promise.race([worker.exited, "running"])) !== "running") throw new Error("the worker died");
    return { recoveryMs: slowest, ...(await judge(lab)) };
  },
};

export const postgresFaults: readonly Fault[] = [restarted, terminated];
