import { randomUUID } from "node:crypto";
import { defineEntry } from "@caretaker/cache";
import { type QueueName, queueName } from "@caretaker/contracts";
import { migrate } from "@caretaker/db";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { z } from "zod";
import type { ConnectionSettings } from "../src/connections.ts";
import { type Domain, defineDomain, type ScheduleFacts } from "../src/domain.ts";
import { createEngine } from "../src/engine.ts";

const value = defineEntry({
  name: "test.value",
  key: "test:value:{id}",
  params: z.strictObject({ id: z.int() }),
  value: z.number(),
  ttl: "1m",
  loadMany: async (params) => params.map(({ id }) => id),
});

interface TestDomainOptions extends Partial<Pick<Domain, "archive" | "changes" | "cleanup" | "jobs" | "subscriptions">> {
  readonly schedules?: readonly ScheduleFacts[];
  /** What a warm-up of scope `active` does before it is done; it may yield values to be warmed in chunks. */
  readonly act?: (asOf: Date) => AsyncGenerator<{ id: number }[], void> | Promise<unknown>;
}

/** A domain named `test` whose warm-ups do what a test says. */
function testDomain({ schedules = [], act = async () => {}, ...facts }: TestDomainOptions = {}): Domain {
  async function* active({ asOf }: { asOf: Date }) {
    const acting = act(asOf);
    if (Symbol.asyncIterator in acting) yield* acting;
    else await acting;
  }
  return defineDomain({
    name: "test",
    description: "For tests",
    entries: [value],
    warmup: { parts: [{ entries: [value], targets: { active, all: active } }] },
    schedules,
    retry: { attempts: 2, backoff: "10ms" },
    ...facts,
  });
}

interface Shared extends Partial<Pick<ConnectionSettings, "cachePrefix" | "cacheRedisMode" | "cacheRedisUrl" | "queueRedisMode" | "queueRedisUrl">> {
  readonly databaseUrl?: string;
  readonly queuePrefix?: string;
}

/** An engine over a database of its own, and Redis prefixes of its own; its workers stop with it. What it shares with others is named. */
export async function testEngine(options: TestDomainOptions = {}, shared: Shared = {}) {
  await using opened = new AsyncDisposableStack();
  const { databaseUrl = opened.use(await testDatabase()).url, queuePrefix = `{${randomUUID()}}`, ...places } = shared;
  const engine = opened.use(
    createEngine({
      domains: [testDomain(options)],
      database: { url: databaseUrl },
      queueRedisUrl: testRedisUrl(),
      cacheRedisUrl: testRedisUrl(),
      queuePrefix,
      cachePrefix: randomUUID(),
      ...places,
      role: "worker",
    }),
  );
  await migrate(engine.db);
  const all = opened.move();
  const query = async <Row extends object>(text: string, values: unknown[] = []) => (await engine.db.pool.query<Row>(text, values)).rows;
  return {
    engine,
    query,
    shared: { databaseUrl, queuePrefix },
    /** Starts a worker for all queues. */
    work(name = "worker", concurrency = 4) {
      const host = engine.work({ name, concurrency: new Map<QueueName, number>(queueName.options.map((queue) => [queue, concurrency])) });
      host.start();
      all.defer(() => host.close(0));
      return host;
    },
    /** Resolves when a job has ended. */
    ended: (id: string, queue: QueueName = "warmup") => engine.followJob(queue, id, { signal: AbortSignal.timeout(20_000) }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
