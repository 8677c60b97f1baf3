import { createDomains } from "@caretaker/domains";
import { createEngine, type Engine, migrate } from "@caretaker/engine";
import type { Stack } from "@caretaker/stack";

/** The engine with all domains on a stack of its own, migrated; statements may take as long as filling a database does. */
export async function openEngine({ databaseUrl, redisUrl }: Stack, role: "producer" | "worker"): Promise<Engine> {
  const engine = createEngine({
    domains: createDomains(),
    database: { url: databaseUrl, statementTimeoutMs: 0 },
    queueRedisUrl: redisUrl,
    cacheRedisUrl: redisUrl,
    queuePrefix: "{ct}",
    cachePrefix: "caretaker",
    role,
  });
  await migrate(engine.db);
  return engine;
}
