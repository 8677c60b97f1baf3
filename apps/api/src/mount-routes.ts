import { Router } from "express";
import { problems } from "./http-problem.ts";
import type { Route } from "./route.ts";
import { type ServeOptions, serveRoute } from "./serve-route.ts";

/** A router of all routes, in their order; a method that a path does not take is a 405 that names those it takes. */
export function mountRoutes(routes: readonly Route[], options: ServeOptions): Router {
  const router = Router();
  for (const [path, those] of Map.groupBy(routes, (route) => route.path)) {
    const mounted = router.route(path.replace(/\{(\w+)\}/g, ":$1"));
    for (const route of those) mounted[route.method](serveRoute(route, options));
    const allowed = those.map(({ method }) => method.toUpperCase()).join(", ");
    const isOpen = those.every(({ scope }) => scope === undefined);
    mounted.all(async (request, response) => {
      if (!isOpen) await options.gate(request, response);
      throw problems.methodNotAllowed(allowed);
    });
  }
  return router;
}
