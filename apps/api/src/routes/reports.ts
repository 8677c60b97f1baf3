import { pipeline } from "node:stream/promises";
import { type Engine, fileStore } from "@caretaker/engine";
import { Router } from "express";
import { problems } from "../http-problem.ts";
import type { createAuthenticate } from "../middleware/authenticate.ts";
import { onlyMethods } from "../middleware/only-methods.ts";
import { readQuery } from "../read-query.ts";

/** `GET /v1/reports/{name}`: a file that a job made. */
export function reportRoutes(engine: Engine, needs: ReturnType<typeof createAuthenticate>): Router {
  const routes = Router();
  routes
    .route("/v1/reports/:name")
    .get(needs("jobs:read"), async (request, response) => {
      readQuery({}, request);
      const { name } = request.params;
      const file = await engine.use(fileStore).read(name);
      if (!file) throw problems.notFound(`there is no report ${name}`);
      response.set({ "Content-Length": String(file.bytes), "Content-Disposition": `attachment; filename="${name}"` }).type(name);
      await pipeline(file.content, response);
    })
    .all(onlyMethods("GET"));
  return routes;
}
