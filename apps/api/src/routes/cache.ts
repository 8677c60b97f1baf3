import type { Engine } from "@caretaker/engine";
import { z } from "zod";
import { problems } from "../http-problem.ts";
import { defineRoute, type Route } from "../route.ts";

const bodyProblems = [413, 415, 422];

/** Dropping cached values. */
export function cacheRoutes({ cache, domains }: Engine): Route[] {
  const names = domains.map(({ name }) => name);
  return [
    defineRoute({
      operationId: "invalidateTags",
      ...{ method: "post", path: "/v1/cache/invalidate", scope: "cache:write", summary: "Drops what has one of the tags, in every process" },
      body: z.strictObject({ tags: z.array(z.string().min(1).max(500)).min(1).max(1_000) }),
      answers: { 200: { about: "how many tags", schema: z.object({ invalidated: z.int() }) } },
      ...{ problems: bodyProblems, example: { body: { tags: ["user:7"] } } },
      async handle({ body: { tags } }) {
        await cache.invalidate(tags).catch(redisAway);
        return { status: 200, body: { invalidated: tags.length } };
      },
    }),
    defineRoute({
      operationId: "clearDomain",
      ...{ method: "post", path: "/v1/cache/clear", scope: "cache:write", summary: "Drops all values of a domain, in every process" },
      body: z.strictObject({ domain: z.enum(names) }),
      answers: { 200: { about: "the domain", schema: z.object({ cleared: z.string() }) } },
      ...{ problems: bodyProblems, example: { body: { domain: names[0] } } },
      async handle({ body: { domain } }) {
        await cache.clear(domain).catch(redisAway);
        return { status: 200, body: { cleared: domain } };
      },
    }),
  ];
}

function redisAway(cause: unknown): never {
  throw problems.unavailable("cache_unavailable", "the cache's Redis does not answer: values may have been dropped or not; try again", cause);
}
