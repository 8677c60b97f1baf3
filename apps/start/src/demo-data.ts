import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createDomains, type DemoCounts, fillDemo } from "@caretaker/domains";
import { createApiKey, createEngine, findApiKey, migrate } from "@caretaker/engine";
import type { Stack } from "@caretaker/stack";

export interface DemoData extends DemoCounts {
  readonly migrations: number;
  readonly key: string;
}

/** Migrates the database, fills it unless it has rows, and makes the demo key unless the one in `keyFile` works. */
export async function prepareDemo({ databaseUrl, redisUrl }: Stack, keyFile: string): Promise<DemoData> {
  await using engine = createEngine({
    domains: createDomains({ learningTz: "UTC" }),
    database: { url: databaseUrl },
    queueRedisUrl: redisUrl,
    queuePrefix: "{ct}",
    cacheRedisUrl: redisUrl,
    cachePrefix: "caretaker",
    role: "producer",
  });
  const migrations = await migrate(engine.db);
  const counts = await fillDemo(engine.db, { asOf: new Date() });
  const kept = existsSync(keyFile) ? readFileSync(keyFile, "utf8").trim() : "";
  if (kept && (await findApiKey(engine.db, kept))) return { ...counts, migrations, key: kept };
  const { key } = await createApiKey(engine.db, { name: "demo", scopes: ["*"] });
  writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
  return { ...counts, migrations, key };
}
