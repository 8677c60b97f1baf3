import { createServer } from "node:http";
import { createDomains } from "@caretaker/domains";
import { checkStartConditions, countApiKeys, createEngine, observe, observeRelay } from "@caretaker/engine";
import { createLogger, createTelemetry, engineOptions, listen, runProgram, shutdownSignal } from "@caretaker/service";
import { answerBrokenRequests } from "./answer-broken-requests.ts";
import { createApp } from "./app.ts";
import { readEnv } from "./env.ts";

const loopback = "127.0.0.1";
/** Nobody waits here for longer: a connection with nobody at its other end is found out by that. */
const impatient = { connectTimeoutMs: 1_000, answerTimeoutMs: 5_000 };

await runProgram(async () => {
  const env = readEnv();
  const log = createLogger("api", env.LOG_LEVEL);
  const telemetry = createTelemetry();
  const options = engineOptions(env);
  await using engine = createEngine({ ...options, database: { ...options.database, ...impatient }, domains: createDomains(env), role: "producer" });
  observe(engine, log, telemetry);
  await checkStartConditions(engine, log);
  await using relay = engine.relay();
  observeRelay(relay, log);

  const keys = await countApiKeys(engine.db).catch(() => undefined);
  if (keys === 0) log.warn(`no API key yet: listening on ${loopback} only. Make one with: npm run cli -- keys create --name NAME --scopes '*'`);
  const stopping = new AbortController();
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000 },
    createApp(engine, { log, telemetry, stopping: stopping.signal, rate: env.API_RATE_LIMIT, backlogCap: env.API_BACKLOG_CAP }),
  );
  answerBrokenRequests(server);
  const port = await listen(server, { port: env.API_PORT, host: keys === 0 ? loopback : env.API_HOST, setting: "API_PORT" });
  log.info({ port }, `API on http://${env.API_HOST}:${port}`);

  const signal = await shutdownSignal();
  log.info({ signal }, "stopping");
  stopping.abort();
  server.closeIdleConnections();
  await Promise.race([new Promise((closed) => server.close(closed)), new Promise((late) => setTimeout(late, env.SHUTDOWN_TIMEOUT).unref())]);
});
process.exit();
