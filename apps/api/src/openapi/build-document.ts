import { problem } from "@caretaker/contracts";
import type { Route } from "../route.ts";
import { operationOf } from "./operation-of.ts";
import { Schemas } from "./schemas.ts";

const tags = {
  Jobs: "One job, or many",
  Queues: "Queues and their dead letters",
  Schedules: "Jobs that are made again and again",
  Entries: "Values through the cache",
  Cache: "Dropping cached values",
  Reports: "Files that jobs made",
  Runs: "Attempts of jobs that have ended",
  Audit: "Who changed what",
  Health: "The process itself",
};

/** The OpenAPI 3.1 document of the routes, made of the schemas that check their requests. */
export function buildDocument(routes: readonly Route[]): object {
  const schemas = new Schemas();
  schemas.output(problem);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes.filter(({ undocumented }) => !undocumented)) {
    const path = paths[route.path] ?? {};
    path[route.method] = operationOf(route, schemas);
    paths[route.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Caretaker",
      version: "1",
      description:
        "Keeps caches warm, tables clean, history archived and numbers current. Errors are problem documents (RFC 9457) with a stable `code`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "made with `caretaker keys create`" } },
      responses: { Problem: problemResponse },
      schemas: schemas.components,
    },
  };
}

const problemResponse = {
  description: "A problem: `code` says which, `errors` where",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
