import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { openShopEngine } from "./open-engine.ts";

const job = { domain: "shop", job: "ship-order" };
const insertJob = "insert into job_outbox (queue, name, payload) values ('messages', 'shop.ship-order', $1) returning id";
const customer = randomUUID();
const isKept = () => Math.random() < 2 / 3;

const engine = openShopEngine();
engine.db.pool.on("connect", (client) => client.on("error", () => {})); // a connection may break in a transaction

/** The ways to place an order, the n-th of this customer: its row and what ships it are written together, and a third of that is undone. */
const ways: ((n: number) => Promise<void>)[] = [
  () => place(async (tx) => [await engine.enqueueIn(tx, "messages", job)]),
  () => place(async (tx) => [(await tx.query(insertJob, [job])).rows[0].id]),
  (n) => place(async (tx) => [await engine.messages.publishIn(tx, { topic: "order.placed", message: {}, key: customer }), customer, n]),
  () =>
    drizzle(engine.db.pool).transaction(async (tx) => {
      const id = await engine.enqueueIn(tx, "messages", job);
      await tx.execute(sql`insert into orders (job) values (${id})`);
      if (!isKept()) tx.rollback();
    }),
];

async function place(order: (tx: PoolClient) => Promise<unknown[]>): Promise<void> {
  const client = await engine.db.pool.connect();
  try {
    await client.query("begin");
    const [id, by = null, n = null] = await order(client);
    await client.query("insert into orders (job, customer, n) values ($1, $2, $3)", [id, by, n]);
    await client.query(isKept() ? "commit" : "rollback");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

for (let n = 0; ; n += 1) {
  for (const way of ways) await way(n).catch(() => {}); // it was undone, or PostgreSQL is away
  await pause(10);
}
