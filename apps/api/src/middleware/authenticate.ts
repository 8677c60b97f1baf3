import { type ApiKey, type Db, findApiKey } from "@caretaker/engine";
import type { RequestHandler } from "express";
import { LRUCache } from "lru-cache";
import { problems } from "../http-problem.ts";

/** How long a key that was found may be taken for good, ms: a revoked key is refused after this long. */
const trustMs = 4_000;

/** Makes handlers that let a request pass whose `Authorization: Bearer …` key has a scope. */
export function createAuthenticate(db: Db): (scope: string) => RequestHandler {
  const known = new LRUCache<string, ApiKey>({ max: 1_000, ttl: trustMs, fetchMethod: (key) => findApiKey(db, key) });
  return (scope) => async (request, response, next) => {
    const key = await known.fetch(bearerOf(request.headers.authorization));
    if (!key || (key.expiresAt && key.expiresAt.getTime() <= Date.now())) throw problems.unauthorized("this key is unknown, revoked or expired");
    if (!key.scopes.includes("*") && !key.scopes.includes(scope)) throw problems.forbidden(scope);
    response.locals.key = key.name;
    next();
  };
}

function bearerOf(header: string | undefined): string {
  const [, key] = /^Bearer +(\S+)$/i.exec(header ?? "") ?? [];
  if (!key) throw problems.unauthorized("send a key: Authorization: Bearer …");
  return key;
}
