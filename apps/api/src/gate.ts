import type { Scope } from "@caretaker/contracts";
import type { ApiKey, Grant, RateLimiter } from "@caretaker/engine";
import type { Request, Response } from "express";
import { bearerOf } from "./bearer-of.ts";
import { problems } from "./http-problem.ts";
import type { Identify } from "./identify.ts";
import { headOf } from "./response-head.ts";

export interface GateOptions {
  readonly identify: Identify;
  readonly limiter: RateLimiter;
}

/** Lets requests with a good key pass, at its rate, and with `scope` if one is needed. Throws a 401, 403 or 429. */
export type Gate = (request: Request, response: Response, scope?: Scope) => Promise<ApiKey>;

/** The gate that every route is behind but those that need no key. */
export const createGate =
  ({ identify, limiter }: GateOptions): Gate =>
  async (request, response, scope) => {
    const found = identify(bearerOf(request));
    const key = found instanceof Promise ? await found : found;
    const taken = limiter.take(key.id);
    const grant = taken instanceof Promise ? await taken : taken;
    tell(response, grant);
    if (!grant.allowed)
      throw problems.tooMany(
        "rate_limited",
        `this key may make ${grant.limit} requests in a window; go on in ${grant.resetSeconds} s`,
        grant.resetSeconds,
      );
    response.locals.key = key.name;
    if (scope && !key.scopes.includes("*") && !key.scopes.includes(scope)) throw problems.forbidden(scope);
    return key;
  };

const tell = (response: Response, { limit, remaining, resetSeconds }: Grant) =>
  headOf(response).more.push("RateLimit-Limit", String(limit), "RateLimit-Remaining", String(remaining), "RateLimit-Reset", String(resetSeconds));
