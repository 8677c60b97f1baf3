import { createDomains } from "@caretaker/domains";
import { createEngine, observe, observeRelay, observeWorker, untilReady } from "@caretaker/engine";
import { createLogger, createTelemetry, engineOptions, listen, runProgram, shutdownSignal } from "@caretaker/service";
import { readEnv } from "./env.ts";
import { createHealthServer } from "./health-server.ts";
import { mergeLimits } from "./merge-limits.ts";
import { startUpkeep } from "./upkeep.ts";

/** What is left of the grace when jobs are over, to close connections. */
const closingMs = 500;

await runProgram(async () => {
  const env = readEnv();
  const log = createLogger("worker", env.LOG_LEVEL).child({ worker: env.WORKER_NAME });
  const telemetry = createTelemetry();
  const stopping = new AbortController();
  const stopped = shutdownSignal().finally(() => stopping.abort());

  await using engine = createEngine({ ...engineOptions(env), domains: createDomains(env), batchTargetMs: env.BATCH_TARGET, role: "worker" });
  observe(engine, log, telemetry);
  const server = createHealthServer(engine, telemetry);
  const port = await listen(server, { port: env.WORKER_PORT, host: env.WORKER_HOST, setting: "WORKER_PORT" });
  await untilReady(engine, log, stopping.signal);
  if (stopping.signal.aborted) return;

  await using relay = engine.relay();
  observeRelay(relay, log);
  await relay.ready;
  const host = engine.work({ name: env.WORKER_NAME, concurrency: env.WORKER_QUEUES, domainLimits: env.DOMAIN_CONCURRENCY });
  observeWorker(host, log, telemetry);
  host.start();
  const upkeep = startUpkeep(engine, mergeLimits(env.QUEUE_CONCURRENCY, env.QUEUE_RATES), log);
  log.info({ port, queues: Object.fromEntries(env.WORKER_QUEUES) }, "taking jobs");

  log.info({ signal: await stopped }, "stopping: running jobs may end, no new ones are taken");
  upkeep[Symbol.dispose]();
  setTimeout(() => process.exit(1), env.SHUTDOWN_TIMEOUT).unref();
  await host.close(Math.max(0, env.SHUTDOWN_TIMEOUT - closingMs));
  server.close();
});
process.exit();
