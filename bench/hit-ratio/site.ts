import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApiKey, createEngine, type Domain, type Engine } from "@caretaker/engine";
import { createLogger, createTelemetry } from "@caretaker/service";
import { createApp } from "../../apps/api/src/app.ts";
import { startUpkeep } from "../../apps/worker/src/upkeep.ts";
import type { ListRequest } from "./mix.ts";

const log = createLogger("bench", "silent");

/** An API over HTTP, and a worker that fires schedules and runs warm-ups. */
export interface Site extends AsyncDisposable {
  /** The API's engine, and the worker's. */
  readonly api: Engine;
  readonly worker: Engine;
  /** Where a list came from, as `X-Cache` has it (`refused` if it did not), and how long that took. */
  ask(request: ListRequest, options?: { cold?: boolean }): Promise<{ source: string; ms: number }>;
}

interface Place {
  readonly name: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** Starts a site with some domains over a database that has been migrated, and a part of Redis of its own. */
export async function startSite(domains: readonly Domain[], { name, databaseUrl, redisUrl }: Place): Promise<Site> {
  await using opened = new AsyncDisposableStack();
  const open = (role: "producer" | "worker") =>
    opened.use(
      createEngine({
        domains,
        database: { url: databaseUrl },
        ...{ queueRedisUrl: redisUrl, cacheRedisUrl: redisUrl, queuePrefix: `{${name}}`, cachePrefix: name, role },
      }),
    );
  const [api, worker] = [open("producer"), open("worker")];
  for (const engine of [api, worker]) await opened.use(engine.relay()).ready;
  const url = await serve(api, opened);
  await work(worker, opened);
  const { key } = await createApiKey(api.db, { name, scopes: ["entries:read"] });
  const rest = opened.move();
  return {
    api,
    worker,
    async ask({ entry, params }, { cold = false } = {}) {
      const began = performance.now();
      const headers = { Authorization: `Bearer ${key}`, ...(cold ? { "Cache-Control": "no-cache" } : {}) };
      const answer = await fetch(`${url}/v1/entries/schools/${entry}?${new URLSearchParams(params)}`, { headers });
      await answer.arrayBuffer();
      return { source: answer.ok ? (answer.headers.get("x-cache") ?? "") : "refused", ms: performance.now() - began };
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** Serves the API on a free port; resolves to its URL. */
async function serve(engine: Engine, opened: AsyncDisposableStack): Promise<string> {
  const stopping = new AbortController();
  const rate = { max: 100_000_000, everyMs: 60_000 };
  const app = createApp(engine, { log, telemetry: createTelemetry(), stopping: stopping.signal, rate, backlogCap: 1_000 });
  const server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  opened.defer(() => {
    stopping.abort();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Does a worker's work: jobs of warm-ups, and the schedules of the domains. */
async function work(engine: Engine, opened: AsyncDisposableStack): Promise<void> {
  const host = engine.work({ name: "bench", concurrency: new Map([["warmup", 2]]) });
  opened.defer(() => host.close(1_000));
  host.start();
  opened.use(startUpkeep(engine, new Map(), log));
}
