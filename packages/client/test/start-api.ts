import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { freePort, runChild, startChild } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { Queue } from "bullmq";
import { vi } from "vitest";

const program = (name: string) => fileURLToPath(new URL(`../../../apps/${name}/src/main.ts`, import.meta.url));
const domain = "learning";

/** The API as a process over an empty database of its own. */
export async function startApi() {
  await using started = new AsyncDisposableStack();
  const database = started.use(await testDatabase());
  const port = await freePort();
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: `{${randomUUID()}}`,
    CACHE_PREFIX: randomUUID(),
    API_PORT: String(port),
    LOG_LEVEL: "fatal",
  };
  const cli = (...args: string[]) => runChild([program("cli"), ...args], settings);
  await cli("migrate");
  const { key } = JSON.parse(await cli("keys", "create", "--name", "client", "--scopes", "*", "--json"));
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const start = async () => {
    const api = startChild([program("api")], settings);
    await vi.waitUntil(answers, { timeout: 20_000 });
    return api;
  };
  let child = await start();
  started.defer(() => child[Symbol.asyncDispose]());
  const queue = new Queue("warmup", { connection: { url: testRedisUrl() }, prefix: settings.QUEUE_PREFIX });
  started.defer(() => queue.close());
  const running = started.move();
  return {
    url,
    key: String(key),
    settings,
    /** A worker, as a process. */
    work: async () => startChild([program("worker")], { ...settings, WORKER_PORT: String(await freePort()) }),
    /** Has somebody else cancel a job. */
    cancel: async (id: string): Promise<void> => void (await cli("jobs", "cancel", queue.name, id, "--json")),
    async restart() {
      await child[Symbol.asyncDispose]();
      child = await start();
    },
    /** A job that waits for an hour, and how to say how far it has come. */
    async delayedJob() {
      const job = await queue.add(`${domain}.warmup`, { domain }, { delay: 3_600_000 });
      const report = (current: number) => job.updateProgress({ current, total: 9, status: "testing" });
      return { id: String(job.id), report };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
