import { fileURLToPath } from "node:url";
import { startStack } from "./stack.ts";
import { untilStopped } from "./until-stopped.ts";

const usage = `npm run stack [-- --temporary]

Starts a private PostgreSQL and a private Redis on free ports of loopback and prints their URLs; Ctrl-C stops them.
Their data is kept in .data/; with --temporary it is thrown away.
`;

const dataDir = fileURLToPath(new URL("../../../.data", import.meta.url));

async function serve(): Promise<void> {
  const stopped = untilStopped();
  await using stack = await startStack(process.argv.includes("--temporary") ? {} : { dataDir });
  process.stdout.write(`DATABASE_URL=${stack.databaseUrl}\nREDIS_URL=${stack.redisUrl}\n`);
  process.stderr.write("PostgreSQL and Redis are running until Ctrl-C\n");
  await stopped;
}

if (process.argv.includes("--help")) process.stdout.write(usage);
else
  await serve().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
