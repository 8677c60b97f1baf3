import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { type RedisServer, startRedis } from "./redis.ts";

export interface RedisCluster extends AsyncDisposable {
  /** Comma-separated, as `REDIS_MODE=cluster` takes it. */
  readonly urls: string;
  readonly servers: readonly RedisServer[];
}

const allSlots = 16_384;
const lookMs = 50;

/** Starts a private Redis Cluster on loopback, three masters by default, and resolves when all of them agree that it is whole. */
export async function startRedisCluster({ masters = 3 }: { masters?: number } = {}): Promise<RedisCluster> {
  const { Redis } = await import("ioredis");
  await using started = new AsyncDisposableStack();
  const nodes = await Promise.all(
    Array.from({ length: masters }, async () => {
      const busPort = await freePort();
      const server = started.use(
        await startRedis({
          appendOnly: false,
          args: ["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-node-timeout", "2000"],
        }),
      );
      return { server, busPort, port: Number(new URL(server.url).port), redis: new Redis(server.url) };
    }),
  );
  try {
    for (const [index, { redis, port, busPort }] of nodes.entries()) {
      const [from, to] = [index, index + 1].map((share) => Math.floor((share * allSlots) / masters)) as [number, number];
      await redis.call("CLUSTER", "ADDSLOTSRANGE", from, to - 1);
      await nodes[0]?.redis.call("CLUSTER", "MEET", "127.0.0.1", port, busPort);
    }
    for (const { redis } of nodes) {
      while (!isWhole(await redis.cluster("INFO"), masters)) await pause(lookMs);
    }
  } finally {
    for (const { redis } of nodes) redis.disconnect();
  }
  const owned = started.move();
  return {
    urls: nodes.map(({ server }) => server.url).join(","),
    servers: nodes.map(({ server }) => server),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const isWhole = (info: string, masters: number) => info.includes("cluster_state:ok") && info.includes(`cluster_size:${masters}\r`);
