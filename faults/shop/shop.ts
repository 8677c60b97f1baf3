import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { migrate } from "@caretaker/db";
import { type Child, startChild, temporaryDatabase, until } from "@caretaker/stack";
import type { Servers } from "../fault.ts";
import type { Verdict } from "../oracle.ts";
import { describeUnshipped } from "./describe-unshipped.ts";
import { openShopEngine } from "./open-engine.ts";
import { shopTables } from "./shop-domain.ts";

const programs = ["producer", "producer", "worker", "worker"].map((name) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url)));

/** A database and queues of one round's own, and two producers and two workers in processes of their own. */
export interface Shop extends AsyncDisposable {
  /** How many orders have been shipped. */
  shipped(): Promise<number>;
  /** Ms until all orders that are placed by now are shipped. */
  untilShipped(): Promise<number>;
  /** Kills one of the processes and starts another one in its place. */
  killOne(): Promise<void>;
  /**
   * Kills the producers, waits until nothing is left to do, and holds the shipments against the orders: lost are orders without one, twice
   * are shipments under an id that no order has. Throws if a customer's messages came in another order, or a process ended by itself.
   */
  judge(): Promise<Verdict>;
}

export async function openShop({ databaseUrl, redisUrl }: Servers): Promise<Shop> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await temporaryDatabase(databaseUrl));
  const settings = { DATABASE_URL: database.url, REDIS_URL: redisUrl, QUEUE_PREFIX: `{${randomUUID()}}`, CACHE_PREFIX: randomUUID() };
  const engine = opened.use(openShopEngine(settings));
  await migrate(engine.db);
  await engine.db.pool.query(shopTables);
  const start = (program: string) => ({ program, child: startChild([program], settings) });
  const crew = programs.map(start);
  opened.defer(async () => void (await Promise.all(crew.map(({ child }) => kill(child)))));
  const all = opened.move();
  const count = async (text: string, values: unknown[] = []): Promise<number> => (await engine.db.pool.query(text, values)).rows[0].n;
  const explained = async (cause: Error) => {
    throw new Error(`${cause.message}\n${await describeUnshipped(engine)}`, { cause });
  };
  return {
    shipped: () => count("select count(*)::int as n from shipments"),
    async untilShipped() {
      const began = Date.now();
      const last = await count("select coalesce(max(at), 0)::int as n from orders");
      await until("all orders so far are shipped", async () => (await count(`${unshipped} and at <= $1`, [last])) === 0).catch(explained);
      return Date.now() - began;
    },
    async killOne() {
      const index = Math.floor(Math.random() * crew.length);
      const { program, child } = crew[index] as (typeof crew)[number];
      await kill(child);
      crew[index] = start(program);
    },
    async judge() {
      const endings = await Promise.all(crew.map(({ child }) => Promise.race([child.exited, "runs"])));
      if (endings.some((ending) => ending !== "runs")) throw new Error("a process ended by itself");
      await Promise.all(crew.flatMap(({ program, child }) => (program.includes("producer") ? [kill(child)] : [])));
      await until("nothing is left to do", async () => {
        const counts = await engine.queues.messages.getJobCounts("waiting", "prioritized", "active", "delayed");
        return (await count("select count(*)::int as n from job_outbox")) === 0 && Object.values(counts).every((jobs) => jobs === 0);
      }).catch(explained);
      const disordered = await count(outOfOrder);
      if (disordered > 0) throw new Error(`${disordered} messages came before one that was published before them`);
      return { lost: await count(unshipped), twice: await count(foreign) };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const unshipped = "select count(*)::int as n from orders where not exists (select from shipments where shipments.job = orders.job)";
const foreign = "select count(distinct job)::int as n from shipments where not exists (select from orders where orders.job = shipments.job)";
const outOfOrder = `
  with shipped as (select customer, n, min(shipments.at) as at from orders join shipments using (job) where customer is not null group by 1, 2),
       pairs as (select n, lag(n) over (partition by customer order by at) as before from shipped)
  select count(*)::int as n from pairs where n < before`;

async function kill(child: Child): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}
