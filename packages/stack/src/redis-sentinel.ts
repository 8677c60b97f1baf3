import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findRedisServer } from "./find-redis-server.ts";
import { onFreePort } from "./free-port.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface RedisSentinel extends AsyncDisposable {
  /** Of the Sentinel, which watches `mymaster`, as `REDIS_MODE=sentinel` takes it. */
  readonly urls: string;
  /** What is the master at the beginning. */
  readonly master: RedisServer;
  readonly replica: RedisServer;
}

const downAfterMs = 500;
const lookMs = 50;

/** Starts a Redis with a replica and a Sentinel on loopback, and resolves when the Sentinel could replace the master. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  await using started = new AsyncDisposableStack();
  const master = started.use(await startRedis({ appendOnly: false }));
  const masterPort = new URL(master.url).port;
  const replica = started.use(
    await startRedis({ appendOnly: false, args: ["--replicaof", `127.0.0.1 ${masterPort}`, "--repl-diskless-sync-delay", "0"] }),
  );
  const { server, port } = await onFreePort((chosen) => startWatching(chosen, masterPort));
  started.use(server);
  await untilReplicaIsKnown(port);
  const owned = started.move();
  return { urls: `redis://127.0.0.1:${port}`, master, replica, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Sentinel writes what it learns to its configuration. */
function startWatching(port: number, masterPort: string): Promise<ServerProcess> {
  const dir = join(temporaryFolder(), "sentinel");
  const file = join(dir, "sentinel.conf");
  const facts = [`monitor mymaster 127.0.0.1 ${masterPort} 1`, `down-after-milliseconds mymaster ${downAfterMs}`, "failover-timeout mymaster 5000"];
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, [`port ${port}`, "bind 127.0.0.1", `dir ${dir}`, ...facts.map((fact) => `sentinel ${fact}`), ""].join("\n"));
  return startServer({ command: findRedisServer(), args: [file, "--sentinel"], ready: /\+monitor master/, stopSignal: "SIGTERM" });
}

async function untilReplicaIsKnown(port: number): Promise<void> {
  const { Redis } = await import("ioredis");
  const sentinel = new Redis(port, "127.0.0.1");
  try {
    while (!isLinked((await sentinel.call("SENTINEL", "REPLICAS", "mymaster")) as string[][])) await pause(lookMs);
  } finally {
    sentinel.disconnect();
  }
}

/** Whether there is a replica that has all data, as Sentinel's list of names and values has it. */
const isLinked = (replicas: string[][]) =>
  replicas.some((facts) => facts[facts.indexOf("flags") + 1] === "slave" && facts[facts.indexOf("master-link-status") + 1] === "ok");
