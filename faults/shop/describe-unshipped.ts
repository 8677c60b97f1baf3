import type { Engine } from "@caretaker/engine";
import type { Redis } from "ioredis";

const shown = 5;
const unshipped = `
  select orders.job as id, customer, n, exists (select from job_outbox where job_outbox.id::text = orders.job) as waits
  from orders where not exists (select from shipments where shipments.job = orders.job) order by at`;

/** Where the orders are that have not been shipped, and what stands at the heads of the lanes: for who waited for them in vain. */
export async function describeUnshipped(engine: Engine): Promise<string> {
  const { rows } = await engine.db.pool.query<{ id: string; customer: string | null; n: number | null; waits: boolean }>(unshipped);
  const states = await Promise.all(
    rows.map(({ id, customer, waits }) => (waits ? "in the outbox" : stateOf(engine, customer ? `${id}-shop.shipping` : id))),
  );
  const counts = [...Map.groupBy(states, (state) => state.split(",")[0])].map(([state, alike]) => `${alike.length} ${state}`);
  const orders = rows
    .slice(0, shown)
    .map(({ id, customer, n }, index) => `  ${id}, ${customer ? `${n} of ${customer}` : "of nobody"}: ${states[index]}`);
  return [`${rows.length} orders are not shipped: ${counts.join("; ")}`, ...orders, ...(await describeLanes(engine))].join("\n");
}

async function describeLanes(engine: Engine): Promise<string[]> {
  const queue = engine.queues.messages;
  const redis = (await queue.backend.client) as unknown as Redis;
  const lanes = await redis.keys(queue.toKey("lane:*"));
  return Promise.all(
    lanes.map(async (lane) => {
      const ids = await redis.zrange(lane, 0, shown - 1);
      const heads = await Promise.all(ids.map(async (id) => `  ${id}: ${await stateOf(engine, id)}`));
      return [`lane ${lane} of ${await redis.zcard(lane)}`, ...heads].join("\n");
    }),
  );
}

async function stateOf({ queues: { messages } }: Engine, id: string): Promise<string> {
  const [job, state] = await Promise.all([messages.getJob(id), messages.getJobState(id)]);
  if (!job) return "gone";
  const due = state === "delayed" ? `, due in ${(job.processedOn ?? job.timestamp) + job.delay - Date.now()} ms` : "";
  return `${state}${due}, started ${job.attemptsStarted} and failed ${job.attemptsMade} times ${job.failedReason ?? ""}`;
}
