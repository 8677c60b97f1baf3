import { pipeline } from "node:stream/promises";
import { type Engine, fileStore } from "@caretaker/engine";
import { problems } from "../http-problem.ts";
import { idParam } from "../params.ts";
import { writeHead } from "../response-head.ts";
import { defineRoute, type Route } from "../route.ts";

const contentTypeOf = (name: string) => (name.endsWith(".pdf") ? "application/pdf" : "application/octet-stream");

/** `GET /v1/reports/{name}`: a file that a job made. */
export const reportRoute = (engine: Engine): Route =>
  defineRoute({
    operationId: "getReport",
    ...{ method: "get", path: "/v1/reports/{name}", scope: "jobs:read", summary: "A file that a job made" },
    params: { name: idParam },
    answers: { 200: { about: "the file", type: "application/octet-stream" } },
    problems: [404],
    example: { params: { name: "example.pdf" } },
    async handle({ params: { name }, deadline, response }) {
      const file = await engine.use(fileStore).read(name);
      if (!file) throw problems.notFound(`there is no report ${name}`);
      if (deadline.aborted) return void file.content.destroy();
      deadline.lift();
      const headers = { "Content-Type": contentTypeOf(name), "Content-Length": file.bytes, "Content-Disposition": `attachment; filename="${name}"` };
      writeHead(response, 200, headers);
      await pipeline(file.content, response);
      return undefined;
    },
  });
