import type { Engine } from "@caretaker/engine";
import type { Telemetry } from "@caretaker/service";
import { type RequestHandler, Router } from "express";
import { problems } from "../http-problem.ts";
import { onlyMethods } from "../middleware/only-methods.ts";

/** `/healthz`: alive; `/readyz`: can do its work, else why not; `/metrics` for Prometheus. They need no key. */
export function healthRoutes(engine: Engine, telemetry: Telemetry): Router {
  const routes = Router();
  const get = (path: string, handler: RequestHandler) => routes.route(path).get(handler).all(onlyMethods("GET"));
  get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  get("/readyz", async (_request, response) => {
    const checks = await engine.check();
    const wrong = checks.filter(({ state }) => state === "failed" || state === "fatal");
    if (wrong.length > 0)
      throw problems.unavailable(
        "not_ready",
        wrong.map(({ name, detail, advice }) => `${name}: ${detail}${advice ? ` (${advice})` : ""}`).join("; "),
      );
    response.json({ status: "ready", checks });
  });
  get("/metrics", async (_request, response) => {
    const { type, text } = await telemetry.scrape();
    response.type(type).send(text);
  });
  return routes;
}
