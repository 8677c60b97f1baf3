import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import { launchBrowser } from "@caretaker/stack/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { startCutProxy } from "./cut-proxy.ts";
import { startApi } from "./start-api.ts";

/** In the page: the client, and what the page tells of. */
declare const caretaker: typeof import("../src/index.ts");
declare const seen: (current: number) => Promise<void>;

const html = '<!doctype html><title>site</title><script type="module">import * as all from "/client.js"; globalThis.caretaker = all</script>';

const started = new AsyncDisposableStack();
let api: Awaited<ReturnType<typeof startApi>>;
let proxy: Awaited<ReturnType<typeof startCutProxy>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  api = started.use(await startApi());
  const site = started.use(await serveSite((await bundle()).text, api.url));
  proxy = started.use(await startCutProxy(site.url));
  browser = started.adopt(await launchBrowser(), (open) => open.close());
  page = await browser.newPage();
  await page.goto(proxy.url);
});
afterAll(() => started.disposeAsync());

/** A site with the client in it, whose `/v1` leads to the API: the API itself takes no calls from other sites' pages. */
async function serveSite(script: string, apiUrl: string) {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/v1/")) {
      const upstream = ask(`${apiUrl}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      response.on("close", () => upstream.destroy());
      upstream.on("error", () => response.destroy());
      request.pipe(upstream);
    } else if (request.url === "/client.js") response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
    else response.writeHead(200, { "Content-Type": "text/html" }).end(html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = () => {
    server.closeAllConnections();
    return server[Symbol.asyncDispose]();
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

test("in a browser a job is put into its queue, waited for, and a value read", async () => {
  await using _worker = await api.work();
  const done = await page.evaluate(async (key) => {
    const client = caretaker.createClient({ url: "", key });
    const job = await client.jobs.warmup({ domain: "learning", scope: "all", entries: ["global-stats"] });
    const { state } = await job.wait();
    const refusal = await client.jobs.warmup({ domain: "nowhere" }).catch(({ code, errors }) => ({ code, errors }));
    return { state, refusal, from: (await client.entries.get("learning", "global-stats"))?.from };
  }, api.key);
  expect(done).toEqual({
    state: "completed",
    from: "l2",
    refusal: { code: "invalid_payload", errors: [expect.objectContaining({ path: "domain" })] },
  });
});

test("in a browser progress goes on after the connection was cut", async () => {
  const { id, report } = await api.delayedJob();
  await page.exposeFunction("seen", async (current: number) => {
    if (current === 1) {
      proxy.cut();
      await report(2);
    } else await api.cancel(id);
  });
  await report(1);
  const told = await page.evaluate(
    async ({ key, id }) => {
      const all: number[] = [];
      for await (const { current } of caretaker.createClient({ url: "", key }).jobs.of("warmup", id).progress()) {
        all.push(current);
        await seen(current);
      }
      return all;
    },
    { key: api.key, id },
  );
  expect(told).toEqual([1, 2]);
});
