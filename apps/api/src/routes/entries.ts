import { hash } from "node:crypto";
import { payloadFaults } from "@caretaker/contracts";
import { type AnyEntry, type Engine, findEntry, shortName } from "@caretaker/engine";
import type { Request } from "express";
import { z } from "zod";
import { problems } from "../http-problem.ts";
import { singleQuery } from "../read-query.ts";
import { headOf } from "../response-head.ts";
import { defineRoute, type Route } from "../route.ts";
import { sendText } from "../send-answer.ts";

const reading = z.object({ value: z.unknown(), cachedAt: z.iso.datetime(), expiresAt: z.iso.datetime() });

/** `GET /v1/entries/{domain}/{entry}?param=…`: a value through the cache. */
export const entryRoute = (engine: Engine): Route =>
  defineRoute({
    operationId: "readEntry",
    ...{ method: "get", path: "/v1/entries/{domain}/{entry}", scope: "entries:read" },
    summary: "A value through the cache; its parameters are the query's",
    params: { domain: z.string(), entry: z.string() },
    query: "own",
    answers: {
      200: { about: "the value; X-Cache says where it came from, Age how old it is", schema: reading },
      304: { about: "it is what If-None-Match says" },
    },
    problems: [404],
    example: { params: exampleOf(engine) },
    async handle({ params, request, response }) {
      const entry = entryOf(engine, params.domain, params.entry);
      const bypass = request.headers["cache-control"]?.toLowerCase().includes("no-cache") ?? false;
      const { value, source, cachedAt, expiresAt } = await engine.cache.get(entry, paramsOf(entry, request), { bypass });
      headOf(response).more.push("X-Cache", source);
      if (value === null) throw problems.notFound(`there is no ${shortName(entry)} for these parameters`);
      const { text, etag } = writtenOf(value);
      const headers = {
        Age: String(Math.max(0, Math.floor((Date.now() - cachedAt.getTime()) / 1_000))),
        ETag: etag,
        "Cache-Control": "private, no-cache",
      };
      if (!bypass && isKnown(request, etag)) return { status: 304, headers };
      sendText(response, `{"value":${text},"cachedAt":"${cachedAt.toISOString()}","expiresAt":"${expiresAt.toISOString()}"}`, headers);
      return undefined;
    },
  });

interface Written {
  readonly text: string;
  readonly etag: string;
}

const written = new WeakMap<object, Written>();

/** A value as JSON and its ETag; a value in memory is written once, however often it is read. */
function writtenOf(value: unknown): Written {
  const isObject = typeof value === "object" && value !== null;
  const known = isObject ? written.get(value) : undefined;
  if (known) return known;
  const text = JSON.stringify(value);
  const made = { text, etag: `"${hash("sha1", text, "base64url")}"` };
  if (isObject) written.set(value, made);
  return made;
}

/** Whether the client has this value already. */
const isKnown = ({ headers }: Request, etag: string) =>
  headers["if-none-match"]?.split(/\s*,\s*/).some((known) => known === "*" || known.replace(/^W\//, "") === etag) ?? false;

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

/** An entry that there is a value of whatever the tables hold: one without parameters. */
function exampleOf({ domains }: Engine): Record<string, string> {
  const all = domains.flatMap((domain) => domain.entries.map((entry) => ({ domain: domain.name, entry })));
  const found = all.find(({ entry }) => entry.params.safeParse({}).success) ?? all[0];
  return found ? { domain: found.domain, entry: shortName(found.entry) } : {};
}
