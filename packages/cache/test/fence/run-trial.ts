import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type RedisServer, startRedis } from "@caretaker/stack";
import { Redis } from "ioredis";
import { forkProgram } from "../fork-program.ts";
import type { Log } from "./log.ts";
import { staleReads } from "./stale-reads.ts";

export interface TrialOptions {
  /** In all processes together. */
  readonly operations: number;
  /** Kills Redis and cuts connections meanwhile. */
  readonly chaos: boolean;
  readonly processes?: number;
  readonly seed?: number;
}

/** Has several processes read, warm, store, change and invalidate a few keys, and counts the reads of what was invalidated. */
export async function runTrial({ operations, chaos, processes = 8, seed = 1 }: TrialOptions) {
  await using redis = await startRedis();
  await using truth = await startRedis({ appendOnly: false });
  const orders = { redisUrl: redis.url, truthUrl: truth.url, prefix: `trial-${randomUUID()}`, operations: Math.ceil(operations / processes) };
  const done = new AbortController();
  const havoc = chaos ? wreak(redis, done.signal) : Promise.resolve({ restarts: 0, cuts: 0 });
  const running = Array.from({ length: processes }, (_, number) => runProcess({ ...orders, seed: seed * 1_000 + number }));
  const logs = await Promise.all(running).finally(() => done.abort());
  const sum = (count: (log: Log) => number) => logs.reduce((total, log) => total + count(log), 0);
  const stale = staleReads(logs);
  return {
    operations: sum((log) => log.operations),
    reads: sum(({ reads }) => reads.length),
    deafReads: sum(({ reads }) => reads.filter(({ deaf }) => deaf).length),
    invalidations: sum(({ invalidations }) => invalidations.length),
    failures: sum(({ failures }) => failures),
    ...(await havoc),
    stale: stale.length,
    examples: stale.slice(0, 5),
  };
}

async function runProcess(orders: object): Promise<Log> {
  await using program = forkProgram("fence/process.ts", orders);
  return (await program.next()) as Log;
}

/** Kills and restarts Redis and cuts connections to it, until told to stop. */
async function wreak(redis: RedisServer, until: AbortSignal): Promise<{ restarts: number; cuts: number }> {
  const done = { restarts: 0, cuts: 0 };
  const admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  admin.on("error", () => {});
  for (let round = 1; !until.aborted; round += 1) {
    await pause(200, undefined, { signal: until }).catch(() => {});
    if (round % 12 === 0) {
      await redis.kill("SIGKILL");
      await redis.restart();
      done.restarts += 1;
    } else {
      await admin.client("KILL", "TYPE", round % 6 === 0 ? "normal" : "pubsub", "SKIPME", "yes");
      done.cuts += 1;
    }
  }
  admin.disconnect();
  return done;
}
