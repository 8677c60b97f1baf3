import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createDomains } from "@caretaker/domains";
import { createApiKey, createEngine, type DemoCounts, type Engine, fillDemo, findApiKey, migrate } from "@caretaker/engine";
import type { Stack } from "@caretaker/stack";

export interface DemoData {
  /** What each domain's tables hold. */
  readonly domains: Readonly<Record<string, DemoCounts>>;
  readonly migrations: number;
  readonly key: string;
}

/** Migrates the database, fills it unless it has rows, and makes the demo key unless the one in `keyFile` works. */
export async function prepareDemo({ databaseUrl, redisUrl }: Stack, keyFile: string): Promise<DemoData> {
  await using engine = createEngine({
    domains: createDomains(),
    database: { url: databaseUrl },
    queueRedisUrl: redisUrl,
    queuePrefix: "{ct}",
    cacheRedisUrl: redisUrl,
    cachePrefix: "caretaker",
    role: "producer",
  });
  const migrations = await migrate(engine.db);
  const domains = await fillDomains(engine);
  const kept = existsSync(keyFile) ? readFileSync(keyFile, "utf8").trim() : "";
  if (kept && (await findApiKey(engine.db, kept))) return { domains, migrations, key: kept };
  const { key } = await createApiKey(engine.db, { name: "demo", scopes: ["*"] });
  writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
  return { domains, migrations, key };
}

async function fillDomains({ domains, db }: Engine): Promise<Record<string, DemoCounts>> {
  const counts: Record<string, DemoCounts> = {};
  for (const { name, demo } of domains) if (demo) counts[name] = await fillDemo(db, demo, new Date());
  return counts;
}
