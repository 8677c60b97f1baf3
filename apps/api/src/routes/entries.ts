import { createHash } from "node:crypto";
import { payloadFaults } from "@caretaker/contracts";
import { type AnyEntry, type Engine, findEntry, shortName } from "@caretaker/engine";
import { type Request, Router } from "express";
import type { z } from "zod";
import { problems } from "../http-problem.ts";
import type { createAuthenticate } from "../middleware/authenticate.ts";
import { onlyMethods } from "../middleware/only-methods.ts";
import { singleQuery } from "../read-query.ts";

/** `GET /v1/entries/{domain}/{entry}?param=…`: a value through the cache. */
export function entryRoutes(engine: Engine, needs: ReturnType<typeof createAuthenticate>): Router {
  const routes = Router();
  routes
    .route("/v1/entries/:domain/:entry")
    .get(needs("entries:read"), async (request, response) => {
      const entry = entryOf(engine, request.params.domain, request.params.entry);
      const params = paramsOf(entry, request);
      const bypass = /\bno-cache\b/i.test(request.get("cache-control") ?? "");
      const { value, source, cachedAt, expiresAt } = await engine.cache.get(entry, params, { bypass });
      response.set("X-Cache", source);
      if (value === null) throw problems.notFound(`there is no ${shortName(entry)} for these parameters`);
      const body = JSON.stringify({ value, cachedAt: cachedAt.toISOString(), expiresAt: expiresAt.toISOString() });
      response.set({
        Age: String(Math.max(0, Math.floor((Date.now() - cachedAt.getTime()) / 1_000))),
        ETag: etagOf(value),
        "Cache-Control": "private, no-cache",
      });
      if (request.fresh) response.status(304).end();
      else response.type("json").send(body);
    })
    .all(onlyMethods("GET"));
  return routes;
}

function entryOf(engine: Engine, domainName: string, entryName: string): AnyEntry {
  const domain = engine.domains.find(({ name }) => name === domainName);
  if (!domain) throw problems.notFound(`there is no domain ${domainName}; known: ${engine.domains.map(({ name }) => name).join(", ")}`);
  const entry = findEntry(domain, entryName);
  if (!entry) throw problems.notFound(`domain ${domainName} has no entry ${entryName}; known: ${domain.entries.map(shortName).join(", ")}`);
  return entry;
}

function paramsOf(entry: AnyEntry, request: Request) {
  const parsed = entry.params.safeParse(singleQuery(request));
  if (parsed.success) return parsed.data;
  throw problems.badRequest("invalid_query", "the query parameters do not fit; errors says where", payloadFaults(parsed.error as z.ZodError));
}

const etagOf = (value: unknown) => `"${createHash("sha1").update(JSON.stringify(value)).digest("base64url")}"`;
