import { randomUUID } from "node:crypto";
import { type JobView, type QueueName, queueName } from "@caretaker/contracts";
import { migrate } from "@caretaker/db";
import { type BoundPort, createEngine, type Domain } from "@caretaker/engine";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { createDomains, type DomainSettings } from "../../src/index.ts";

interface Options {
  readonly settings?: DomainSettings;
  readonly domains?: readonly Domain[];
  readonly ports?: readonly BoundPort[];
}

/** An engine with a database and Redis prefixes of its own, and workers that stop with it. */
export async function testMessaging({ settings = {}, domains = createDomains(settings), ports = [] }: Options = {}) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await testDatabase());
  const queuePrefix = `{${randomUUID()}}`;
  const connections = { database: { url: database.url }, queueRedisUrl: testRedisUrl(), cacheRedisUrl: testRedisUrl(), queuePrefix };
  const engine = opened.use(createEngine({ domains, ports, ...connections, cachePrefix: randomUUID(), role: "worker" }));
  await migrate(engine.db);
  const all = opened.move();
  return {
    engine,
    /** Starts a worker for all queues. */
    work(concurrency = 4) {
      const host = engine.work({ name: "worker", concurrency: new Map<QueueName, number>(queueName.options.map((queue) => [queue, concurrency])) });
      host.start();
      all.defer(() => host.close(0));
      return host;
    },
    /** Enqueues a job of the queue `messages` and resolves to how it ended. */
    async run(payload: Record<string, unknown>): Promise<JobView> {
      const { id } = await engine.enqueue("messages", { domain: "messaging", ...payload });
      return (await engine.followJob("messages", id, { signal: AbortSignal.timeout(30_000) })) as JobView;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
