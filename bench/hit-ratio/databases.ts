import { createEngine, type DemoFacts, type Domain, fillDemo, migrate } from "@caretaker/engine";
import type { Stack } from "@caretaker/stack";
import pg from "pg";

/** Migrates a database and fills a domain's tables, `scale` times as much as for a demo; resolves to the rows of each table. */
export async function fillDatabase({ databaseUrl, redisUrl }: Stack, domain: Domain, scale: number): Promise<Readonly<Record<string, number>>> {
  await using engine = createEngine({
    domains: [domain],
    database: { url: databaseUrl, statementTimeoutMs: 0 },
    ...{ queueRedisUrl: redisUrl, cacheRedisUrl: redisUrl, queuePrefix: "{fill}", cachePrefix: "fill", role: "producer" },
  });
  await migrate(engine.db);
  const { tables } = await fillDemo(engine.db, domain.demo as DemoFacts, new Date(), scale);
  await engine.db.pool.query("truncate change_outbox");
  return tables;
}

/** A copy of a database that nobody is connected to, on the same server; disposing of it drops it. */
export async function copyDatabase(url: string, name: string): Promise<{ url: string } & AsyncDisposable> {
  const [copy, admin] = [new URL(url), new URL(url)];
  const original = copy.pathname.slice(1);
  copy.pathname = `/${original}_${name}`;
  admin.pathname = "/template1";
  const run = async (statement: string) => {
    const client = new pg.Client(admin.href);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database "${original}_${name}" template "${original}"`);
  return { url: copy.href, [Symbol.asyncDispose]: () => run(`drop database "${original}_${name}" with (force)`) };
}
