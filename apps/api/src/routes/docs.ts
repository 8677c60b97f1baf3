import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { buildDocument } from "../openapi/build-document.ts";
import { writeHead } from "../response-head.ts";
import { defineRoute, type Route } from "../route.ts";

const page = readFileSync(new URL("../docs/page.html", import.meta.url), "utf8");
const inside = (tag: string) => new RegExp(`<${tag}>([^]*)</${tag}>`).exec(page)?.[1] ?? "";
const digest = (text: string) => `'sha256-${hash("sha256", text, "base64")}'`;
const policy = [
  ["default-src", "'none'"],
  ["script-src", digest(inside("script"))],
  ["style-src", digest(inside("style"))],
  ["connect-src", "'self'"],
  ["base-uri", "'none'"],
  ["form-action", "'none'"],
  ["frame-ancestors", "'none'"],
];

/** `/openapi.json`: the document of these and the other routes; `/docs`: a page to browse it, which loads nothing from elsewhere. */
export function docsRoutes(others: readonly Route[]): Route[] {
  const routes: Route[] = [
    defineRoute({
      operationId: "getOpenApi",
      ...{ method: "get", path: "/openapi.json", summary: "This document", query: "own" },
      answers: { 200: { about: "OpenAPI 3.1", schema: z.looseObject({ openapi: z.string() }) } },
      handle: async () => ({ status: 200, body: document, headers: { "Cache-Control": "public, max-age=60" } }),
    }),
    defineRoute({
      operationId: "getDocs",
      ...{ method: "get", path: "/docs", summary: "A page to browse it", query: "own" },
      answers: { 200: { about: "the page", type: "text/html" } },
      async handle({ response }) {
        const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy.map((part) => part.join(" ")).join("; ") };
        writeHead(response, 200, headers).end(page);
        return undefined;
      },
    }),
  ];
  const document = buildDocument([...others, ...routes]);
  return routes;
}
