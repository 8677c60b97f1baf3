import { createServer, type RequestListener, type Server } from "node:http";
import type { Engine } from "@caretaker/engine";
import type { Telemetry } from "@caretaker/service";

/** `/healthz`, `/readyz` and `/metrics` of a worker. */
export function createHealthServer(engine: Engine, telemetry: Telemetry): Server {
  const json = (response: Parameters<RequestListener>[1], status: number, body: unknown) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  const routes: Record<string, (response: Parameters<RequestListener>[1]) => Promise<unknown> | unknown> = {
    "/healthz": (response) => json(response, 200, { status: "ok" }),
    async "/readyz"(response) {
      const checks = await engine.check();
      const ready = checks.every(({ state }) => state === "ok" || state === "warning");
      json(response, ready ? 200 : 503, { status: ready ? "ready" : "not ready", checks });
    },
    async "/metrics"(response) {
      const { type, text } = await telemetry.scrape();
      response.writeHead(200, { "Content-Type": type }).end(text);
    },
  };
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route && request.method === "GET") await route(response);
    else json(response, route ? 405 : 404, { status: `there is no ${request.method} ${pathname}` });
  });
}
