import { fileURLToPath } from "node:url";
import { startStack } from "./stack.ts";
import { untilStopped } from "./until-stopped.ts";

const usage = `npm run stack [-- --temporary]

Starts a private PostgreSQL and a private Redis on free ports of loopback and prints their URLs; Ctrl-C stops them.
Their data is kept in .data/; with --temporary it is thrown away.
`;

if (process.argv.includes("--help")) {
  process.stdout.write(usage);
} else {
  const stopped = untilStopped();
  const temporary = process.argv.includes("--temporary");
  await using stack = await startStack(temporary ? {} : { dataDir: fileURLToPath(new URL("../../../.data", import.meta.url)) });
  process.stdout.write(`DATABASE_URL=${stack.databaseUrl}\nREDIS_URL=${stack.redisUrl}\n`);
  process.stderr.write("PostgreSQL and Redis are running until Ctrl-C\n");
  await stopped;
}
