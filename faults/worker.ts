import { createDb } from "@caretaker/db";
import { observeWorker } from "@caretaker/engine";
import { createQueueRedis, createQueues, createWorkerHost } from "@caretaker/queue";
import { createLogger, createTelemetry, engineOptions, engineSettings, parseEnv, serviceSettings, shutdownSignal } from "@caretaker/service";
import { z } from "zod";
import { faultJobs } from "./jobs.ts";

const env = parseEnv({ ...serviceSettings, ...engineSettings, WORKER_NAME: z.string(), CONCURRENCY: z.coerce.number() });
const { database, queueRedisUrl, queuePrefix: prefix } = engineOptions(env);
const log = createLogger("worker", env.LOG_LEVEL);

const db = createDb({ ...database, onError: (error) => log.warn({ err: error }, "connection to postgres lost") });
const redis = createQueueRedis(queueRedisUrl, "worker", (error) => log.warn({ err: error }, "connection to queue redis lost"));
const queues = createQueues(redis, prefix);
const concurrency = new Map([["warmup", env.CONCURRENCY] as const]);
const host = createWorkerHost({ name: env.WORKER_NAME, redis, prefix, queues, concurrency, jobs: faultJobs(db) });
observeWorker(host, log, createTelemetry());
host.start();
log.warn("taking jobs");
await shutdownSignal();
await host.close(env.SHUTDOWN_TIMEOUT);
process.exit();
