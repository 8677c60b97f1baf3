import { setTimeout as pause } from "node:timers/promises";
import { startPostgres, startRedis, temporaryFolder, until } from "@caretaker/stack";
import type { Fault } from "./fault.ts";
import { openShop, type Shop } from "./shop/shop.ts";

const somewhere = () => pause(Math.random() * 1_000);
const isOpen = (shop: Shop) => until("orders are shipped", async () => (await shop.shipped()) > 20);

const killed: Fault = {
  name: "producer or relay killed",
  inject: "kill -9, 4 times, of whoever writes a row and a job in one transaction or hands such jobs over; a third is rolled back",
  measured: "from the last kill until the jobs of all rows have run",
  limitMs: 20_000,
  sideBySide: 3,
  async run(servers) {
    await using shop = await openShop(servers);
    await isOpen(shop);
    for (let kill = 0; kill < 4; kill += 1) {
      await somewhere();
      await shop.killOne();
    }
    return { recoveryMs: await shop.untilShipped(), ...(await shop.judge()) };
  },
};

const restarted: Fault = {
  name: "servers restart under the outbox",
  inject: "kill -9 of Redis, then an immediate stop of PostgreSQL, each back after 1 s",
  measured: "from being back until the jobs of all rows have run",
  limitMs: 20_000,
  sideBySide: 2,
  rounds: { full: 20, short: 0 },
  async run() {
    await using redis = await startRedis({ dir: `${temporaryFolder()}/redis` });
    await using postgres = await startPostgres({ dir: `${temporaryFolder()}/postgres` });
    await using shop = await openShop({ databaseUrl: postgres.url, redisUrl: redis.url });
    await isOpen(shop);
    for (const [server, signal] of [
      [redis, "SIGKILL"],
      [postgres, "SIGQUIT"],
    ] as const) {
      await somewhere();
      await server.kill(signal);
      await pause(1_000);
      await server.restart();
    }
    return { recoveryMs: await shop.untilShipped(), ...(await shop.judge()) };
  },
};

export const outboxFaults: readonly Fault[] = [killed, restarted];
