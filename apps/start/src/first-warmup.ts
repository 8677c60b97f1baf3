import { fileURLToPath } from "node:url";
import type { WarmupResult } from "@caretaker/contracts";
import { runChild, type Stack } from "@caretaker/stack";

const cli = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));

/** Warms all users by the command line, whose progress bar is shown on a terminal. */
export async function firstWarmup({ databaseUrl, redisUrl }: Stack): Promise<WarmupResult> {
  const output = await runChild([cli, "warmup", "learning", "--all", "--force", "--wait", "--json"], {
    DATABASE_URL: databaseUrl,
    QUEUE_REDIS_URL: redisUrl,
    CACHE_REDIS_URL: redisUrl,
  });
  return JSON.parse(output).result;
}
