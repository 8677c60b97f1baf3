import { setTimeout as pause } from "node:timers/promises";
import type { Db } from "@caretaker/db";
import { claimFence, runFenced } from "@caretaker/engine";
import { defineJob, type JobDefinition } from "@caretaker/queue";
import { z } from "zod";

/** Where effects are noted, with no key that would hide one that came twice. */
export const tables = `
  create table effects (job text not null, step int not null, worker int not null, at timestamptz not null default clock_timestamp());
  create table starts (job text not null, worker int not null, at timestamptz not null default clock_timestamp())`;

const noteStart = { name: "faults-start", text: "insert into starts (job, worker) values ($1, $2)" };

const stepsPayload = z.strictObject({
  key: z.string(),
  steps: z.int(),
  /** How long a step's transaction is open. */
  stepMs: z.int().default(0),
  /** How long the first attempt blocks its thread before its second step. */
  blockMs: z.int().default(0),
});

/** Does its steps one batch each, going on after the last one that an attempt before it has recorded. */
const stepsJob = (db: Db) =>
  defineJob({
    name: "faults.steps",
    queue: "warmup",
    schema: stepsPayload,
    retry: { attempts: 8, backoff: "100ms" },
    timeout: "5m",
    async handler({ data: { key, steps, stepMs, blockMs }, fence, signal }) {
      await db.rows(noteStart, [key, process.pid], { signal });
      const saved = await claimFence<{ step: number }>(db, fence);
      for (let step = (saved?.step ?? 0) + 1; step <= steps; step += 1) {
        signal.throwIfAborted();
        if (blockMs > 0 && saved === null && step === 2) block(blockMs);
        await runFenced(db, { fence, signal }, async (session) => {
          await session.query("insert into effects (job, step, worker) values ($1, $2, $3)", [key, step, process.pid]);
          await pause(stepMs);
          return { step };
        });
      }
    },
  });

const block = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Kills the process that runs it. */
const poisonJob = (db: Db) =>
  defineJob({
    name: "faults.poison",
    queue: "warmup",
    schema: z.strictObject({ key: z.string() }),
    async handler({ data: { key } }) {
      await db.rows(noteStart, [key, process.pid]);
      process.kill(process.pid, "SIGKILL");
      await new Promise(() => {});
    },
  });

export const faultJobs = (db: Db): JobDefinition[] => [stepsJob(db), poisonJob(db)];
