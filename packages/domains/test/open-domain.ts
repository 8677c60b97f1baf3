import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { JobView, QueueName } from "@caretaker/contracts";
import { type AnyEntry, createEngine, type Domain, type Engine, findEntry, type ImportFacts, importFiles, migrate } from "@caretaker/engine";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { createDomains } from "../src/index.ts";

/** The folder of some real rows, which is beside the repository where it is there at all. */
export const rowsOf = (folder: string): string => fileURLToPath(new URL(`../../../../shared/data/${folder}`, import.meta.url));

/** An engine over a database of its own, with a worker that warms, and one of its domains; `clock` is what reads take for now. */
export async function openDomain(name: string, clock: () => Date = () => new Date()) {
  const database = await testDatabase();
  const engine = createEngine({
    domains: createDomains(),
    database: { url: database.url, statementTimeoutMs: 0 },
    queueRedisUrl: testRedisUrl(),
    cacheRedisUrl: testRedisUrl(),
    queuePrefix: `{${randomUUID()}}`,
    cachePrefix: randomUUID(),
    cacheReadTimeoutMs: 10_000,
    role: "worker",
    clock,
  });
  await migrate(engine.db);
  const host = engine.work({
    name: "golden",
    concurrency: new Map<QueueName, number>([
      ["warmup", 2],
      ["analytics", 1],
      ["archive", 1],
      ["cleanup", 1],
    ]),
  });
  host.start();
  const domain = engine.domains.find((each) => each.name === name) as Domain;
  const finish = async (queue: QueueName, payload: object) => {
    const { id } = await engine.enqueue(queue, { domain: name, ...payload });
    return (await engine.followJob(queue, id, { signal: AbortSignal.timeout(60_000) })) as JobView;
  };
  const run = async (queue: QueueName, payload: object) => {
    const job = await finish(queue, payload);
    if (job.state !== "completed") throw new Error(`${queue} of ${name}: ${job.state} ${job.error}`);
    return job.result;
  };
  return {
    databaseUrl: database.url,
    engine,
    domain,
    /** A value as a reader gets it who asks for it in words. */
    async read(entryName: string, params: object) {
      const entry = findEntry(domain, entryName) as AnyEntry;
      const parsed = entry.params.safeParse(params);
      if (!parsed.success) throw parsed.error;
      return (await engine.cache.get(entry, parsed.data)).value;
    },
    /** Runs a job to its end; resolves to how it ended. */
    finish,
    /** Runs a job to its end; resolves to its result. */
    run,
    /** Runs a warm-up to its end; resolves to its result. */
    warmUp: (payload: object) => run("warmup", payload),
    query: async <Row extends object>(text: string, values: unknown[] = []) => (await engine.db.pool.query<Row>(text, values)).rows,
    async [Symbol.asyncDispose]() {
      await host.close(1_000);
      await engine[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Imports real rows into a domain. */
export const importRows = ({ engine, domain }: { engine: Engine; domain: Domain }, folder: string, options: { year?: number } = {}) =>
  importFiles(engine.db, domain.files as ImportFacts, { dir: rowsOf(folder), ...options });
