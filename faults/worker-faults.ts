import { setTimeout as pause } from "node:timers/promises";
import { startRedis, temporaryFolder, until } from "@caretaker/stack";
import type { Fault, Round, Servers } from "./fault.ts";
import { type Lab, openLab, type WorkerProcess } from "./lab.ts";
import { effects, judge } from "./oracle.ts";

const somewhere = (ms: number) => pause(Math.random() * ms);

/** The worker that runs a job, of two. */
async function holderOf(lab: Lab, workers: readonly WorkerProcess[], key: string): Promise<WorkerProcess> {
  await until("the job has begun", async () => (await effects(lab, key)) > 0);
  const { rows } = await lab.db.pool.query("select worker from starts where job = $1", [key]);
  const holder = workers.find(({ pid }) => pid === rows[0].worker);
  if (!holder) throw new Error("a job was started by nobody");
  return holder;
}

/** Ms until somebody else than `holder` has done a step of the job. */
async function takenOver(lab: Lab, key: string, holder: WorkerProcess): Promise<number> {
  const began = Date.now();
  await until("the job is taken over", async () => (await effects(lab, key, holder.pid)) > 0);
  return Date.now() - began;
}

/** A round in which one of two workers loses its job: what becomes of the holder, and what it does once another one has the job. */
async function takingOver(
  servers: Servers,
  order: Parameters<Lab["send"]>[0],
  lose: (holder: WorkerProcess) => Promise<void> = async () => {},
  afterwards: (holder: WorkerProcess) => void = () => {},
): Promise<Round> {
  await using lab = await openLab(servers);
  const workers = [await lab.startWorker(), await lab.startWorker()];
  const key = await lab.send(order);
  const holder = await holderOf(lab, workers, key);
  await lose(holder);
  const recoveryMs = await takenOver(lab, key, holder);
  afterwards(holder);
  return { recoveryMs, ...(await judge(lab)) };
}

const killed: Fault = {
  name: "worker killed in a job",
  inject: "kill -9 at any moment of a job of many batches",
  measured: "until another worker goes on with it",
  limitMs: 20_000,
  sideBySide: 10,
  run: (servers) =>
    takingOver(servers, { steps: 60, stepMs: 20 }, async (holder) => {
      await somewhere(500);
      holder.kill("SIGKILL");
    }),
};

const frozen: Fault = {
  name: "worker frozen past its lock",
  inject: "SIGSTOP at any moment of a batch, SIGCONT once another has the job",
  measured: "until another worker goes on with it",
  limitMs: 25_000,
  sideBySide: 10,
  run: (servers) =>
    takingOver(
      servers,
      { steps: 40, stepMs: 50 },
      async (holder) => {
        await somewhere(500);
        holder.kill("SIGSTOP");
      },
      (holder) => holder.kill("SIGCONT"),
    ),
};

const busy: Fault = {
  name: "worker busy past its lock",
  inject: "a handler that blocks its thread for 16 s between two batches",
  measured: "until another worker goes on with it",
  limitMs: 20_000,
  sideBySide: 10,
  run: (servers) => takingOver(servers, { steps: 200, stepMs: 20, blockMs: 16_000 }),
};

/** A job that kills whoever runs it, with workers that are started again whenever they die. */
const poison = (from: "a client" | "a scheduler"): Fault => ({
  name: `poison job, from ${from}`,
  inject: "the handler kills its process",
  measured: "from its first start until it has failed for good",
  limitMs: 60_000,
  sideBySide: 10,
  rounds: { full: 20, short: 0 },
  async run(servers) {
    await using lab = await openLab(servers);
    const key = "poison";
    if (from === "a client") await lab.queue.add("faults.poison", { key });
    else await lab.queue.upsertJobScheduler("poison", { every: 3_600_000 }, { name: "faults.poison", data: { key } });
    let over = false;
    const keepOneAlive = async () => {
      while (!over) await (await lab.startWorker()).exited;
    };
    const alive = keepOneAlive();
    alive.catch(() => {}); // thrown below
    try {
      await until("the poison job has been started", async () => (await startsOf(lab, key)) > 0);
      const began = Date.now();
      await until("the poison job has failed", async () => (await lab.queue.getFailedCount().catch(() => 0)) === 1, 120_000);
      const recoveryMs = Date.now() - began;
      const starts = await startsOf(lab, key);
      if (starts > 3) throw new Error(`a poison job was started ${starts} times`);
      return { recoveryMs, lost: 0, twice: 0 };
    } finally {
      over = true;
      await lab[Symbol.asyncDispose]();
      await alive;
    }
  },
});

const startsOf = async (lab: Lab, key: string) =>
  (await lab.db.pool.query("select count(*)::int as n from starts where job = $1", [key])).rows[0].n as number;

const deploy: Fault = {
  name: "rolling deploy",
  inject: "SIGTERM of one of two workers under load, with a job that outlasts the grace",
  measured: "until the worker is gone (grace 5 s)",
  limitMs: 5_500,
  sideBySide: 3,
  async run(servers) {
    await using lab = await openLab(servers);
    const old = await lab.startWorker();
    const long = await lab.send({ steps: 120, stepMs: 60 });
    await holderOf(lab, [old], long);
    for (let n = 0; n < 100; n += 1) await lab.send({ steps: 2, stepMs: 5 });
    await lab.startWorker();
    await somewhere(300);
    const began = Date.now();
    old.kill("SIGTERM");
    const code = await old.exited;
    const recoveryMs = Date.now() - began;
    if (code !== 0) throw new Error(`a worker that was told to stop ended with ${code}`);
    const verdict = await judge(lab);
    const job = await lab.queue.getJob(String(lab.notes.accepted.get(long)?.id));
    if (job?.attemptsMade !== 1 || job.stalledCounter !== 0) {
      throw new Error(`the long job has burnt ${job?.attemptsMade} attempts and stalled ${job?.stalledCounter} times`);
    }
    return { recoveryMs, ...verdict };
  },
};

const stopWithoutRedis: Fault = {
  name: "stop while Redis is dead",
  inject: "kill -9 of Redis in a job, then SIGTERM of the worker",
  measured: "until the worker is gone (grace 5 s)",
  limitMs: 5_500,
  sideBySide: 4,
  async run({ databaseUrl }) {
    await using redis = await startRedis({ dir: `${temporaryFolder()}/redis` });
    await using lab = await openLab({ databaseUrl, redisUrl: redis.url });
    const worker = await lab.startWorker();
    const key = await lab.send({ steps: 200, stepMs: 50 });
    await holderOf(lab, [worker], key);
    await redis.kill("SIGKILL");
    const began = Date.now();
    worker.kill("SIGTERM");
    await worker.exited;
    const recoveryMs = Date.now() - began;
    await redis.restart();
    await lab.startWorker();
    return { recoveryMs, ...(await judge(lab)) };
  },
};

export const workerFaults: readonly Fault[] = [killed, frozen, busy, poison("a client"), poison("a scheduler"), deploy, stopWithoutRedis];
