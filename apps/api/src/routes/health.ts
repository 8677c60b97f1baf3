import type { Engine } from "@caretaker/engine";
import type { Telemetry } from "@caretaker/service";
import { z } from "zod";
import { problems } from "../http-problem.ts";
import { writeHead } from "../response-head.ts";
import { defineRoute, type Route } from "../route.ts";

/** `/healthz`: alive; `/readyz`: can do its work, else why not; `/metrics` for Prometheus. They need no key. */
export const healthRoutes = (engine: Engine, telemetry: Telemetry): Route[] => [
  defineRoute({
    operationId: "getHealth",
    ...{ method: "get", path: "/healthz", summary: "Whether the process is alive", query: "own" },
    answers: { 200: { about: "it is", schema: z.object({ status: z.literal("ok") }) } },
    handle: async () => ({ status: 200, body: { status: "ok" } }),
  }),
  defineRoute({
    operationId: "getReadiness",
    ...{ method: "get", path: "/readyz", summary: "Whether it can do its work, or why not", query: "own" },
    answers: { 200: { about: "it can", schema: z.object({ status: z.literal("ready"), checks: z.array(z.looseObject({ name: z.string() })) }) } },
    problems: [503],
    async handle() {
      const checks = await engine.check();
      const wrong = checks.filter(({ state }) => state === "failed" || state === "fatal");
      if (wrong.length === 0) return { status: 200, body: { status: "ready", checks } };
      const told = wrong.map(({ name, detail, advice }) => `${name}: ${detail}${advice ? ` (${advice})` : ""}`);
      throw problems.unavailable("not_ready", told.join("; "));
    },
  }),
  defineRoute({
    operationId: "getMetrics",
    ...{ method: "get", path: "/metrics", summary: "Metrics for Prometheus", query: "own" },
    answers: { 200: { about: "the metrics", type: "text/plain" } },
    async handle({ response }) {
      const { type, text } = await telemetry.scrape();
      writeHead(response, 200, { "Content-Type": type }).end(text);
      return undefined;
    },
  }),
];
