import { createServer } from "node:http";
import { CaretakerError } from "@caretaker/contracts";
import { createQueueRedis, createQueues } from "@caretaker/engine";
import { createLogger, listen, runProgram, shutdownSignal } from "@caretaker/service";
import { createApp } from "./app.ts";
import { readEnv } from "./env.ts";

class CannotStart extends CaretakerError {
  override readonly code = "CANNOT_START";
}

await runProgram(async () => {
  const env = readEnv();
  const log = createLogger("board", env.LOG_LEVEL);
  const refused = Promise.withResolvers<never>();
  const redis = createQueueRedis(env.QUEUE_REDIS_URL, "producer", (error) => {
    if (/NOAUTH|WRONGPASS/.test(error.message))
      refused.reject(new CannotStart(`Redis refuses the user or password: correct it in QUEUE_REDIS_URL`, { cause: error }));
    else log.error({ err: error }, "Redis can't be reached; trying again. Start it, or correct host and port in QUEUE_REDIS_URL");
  });
  const options = { users: env.BOARD_USERS, sessionSecret: env.BOARD_SESSION_SECRET, sessionMs: env.BOARD_SESSION_MINUTES * 60_000 };
  const server = createServer(createApp(createQueues(redis, env.QUEUE_PREFIX), options, log));
  const port = await listen(server, { port: env.BOARD_PORT, host: env.BOARD_HOST, setting: "BOARD_PORT" });
  log.info({ port }, `board on http://${env.BOARD_HOST}:${port}`);

  log.info({ signal: await Promise.race([shutdownSignal(), refused.promise]) }, "stopping");
  redis.disconnect();
  server.close();
  server.closeAllConnections();
});
process.exit();
