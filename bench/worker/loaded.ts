import { createServer } from "node:http";
import { engineOptions, engineSettings, parseEnv, port } from "@caretaker/service";
import { Worker } from "bullmq";
import { drizzle } from "drizzle-orm/node-postgres";
import { Redis } from "ioredis";
import pg from "pg";

/** A process that has loaded BullMQ, pg and Drizzle, with a worker and a pool that have nothing to do. */
const env = parseEnv({ ...engineSettings, WORKER_PORT: port(0) });
const { database, queueRedisUrl } = engineOptions(env);
const db = drizzle(new pg.Pool({ connectionString: database.url }));
await db.execute("select 1");
const worker = new Worker("warmup", async () => {}, { connection: new Redis(queueRedisUrl, { maxRetriesPerRequest: null }) });
await worker.waitUntilReady();
createServer((_request, response) => response.end()).listen(env.WORKER_PORT, "127.0.0.1");
