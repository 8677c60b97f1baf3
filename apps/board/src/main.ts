import { createServer } from "node:http";
import { createDomains } from "@caretaker/domains";
import { createAuditLog, createDb, createQueueRedis, createQueues, observeAudit } from "@caretaker/engine";
import { createLogger, databaseOptions, listen, queueRedisMode, runProgram, shutdownSignal } from "@caretaker/service";
import { createApp } from "./app.ts";
import { readEnv } from "./env.ts";
import { firstAnswer } from "./first-answer.ts";
import { createOutageLog } from "./outage-log.ts";
import { sessionSecret } from "./session-secret.ts";
import { stopServer } from "./stop-server.ts";

await runProgram(async () => {
  const env = readEnv();
  const log = createLogger("board", env.LOG_LEVEL);
  const outage = createOutageLog(log);
  const redis = createQueueRedis(env.QUEUE_REDIS_URL, "producer", outage.began, queueRedisMode(env));
  redis.on("ready", outage.ended);
  await firstAnswer(redis);

  await using db = createDb({
    ...databaseOptions(env),
    onError: (error) => log.warn({ err: error }, "connection to postgres lost; trying again"),
    onSlow: ({ what, name, ms }) => log.warn({ name, ms }, `slow ${what}`),
  });
  await using audit = createAuditLog(db);
  observeAudit(audit, log);
  const session = { secret: sessionSecret(env.BOARD_SESSION_SECRET, log), ms: env.BOARD_SESSION_MINUTES * 60_000 };
  const queues = createQueues(redis, env.QUEUE_PREFIX);
  const server = createServer(createApp({ domains: createDomains(), queues, redis, db, audit, outage, users: env.BOARD_USERS, session, log }));
  const port = await listen(server, { port: env.BOARD_PORT, host: env.BOARD_HOST, setting: "BOARD_PORT" });
  log.info({ port }, `board on http://${env.BOARD_HOST}:${port}`);

  log.info({ signal: await shutdownSignal() }, "stopping");
  await stopServer(server, env.SHUTDOWN_TIMEOUT);
});
process.exit();
