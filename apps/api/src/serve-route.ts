import { hash } from "node:crypto";
import { payloadFaults } from "@caretaker/contracts";
import { type ApiKey, type AuditLog, type Db, once } from "@caretaker/engine";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { checkJson, checkOthers } from "./check-json.ts";
import { beforeDeadline } from "./deadline.ts";
import type { Gate } from "./gate.ts";
import { problems } from "./http-problem.ts";
import { bodyRequired, jsonObject } from "./json-object.ts";
import { noteChange } from "./note-change.ts";
import { hasBody, readBody } from "./read-body.ts";
import { readQuery } from "./read-query.ts";
import type { Route, RouteContext } from "./route.ts";
import { sendAnswer } from "./send-answer.ts";

/** Every answer comes within 1.5 s, one that was asked to wait excepted. */
const answerWithinMs = 1_400;
const idempotencyKey = /^[\x21-\x7e]{1,255}$/;
const nobody: ApiKey = { id: "", name: "", scopes: [], expiresAt: null };

export interface ServeOptions {
  readonly db: Db;
  readonly audit: AuditLog;
  readonly gate: Gate;
}

/** Serves a route: its checks in their order, its handler before the deadline, its answer. */
export function serveRoute(route: Route, { db, audit, gate }: ServeOptions): RequestHandler {
  const changes = route.method !== "get";
  const read = createReader(route);
  return async (request, response) => {
    const began = performance.now();
    if (changes) noteChange(audit, route, request, response);
    const caller = route.scope ? await gate(request, response, route.scope) : nobody;
    const gateMs = performance.now() - began;
    const { bytes, ...facts } = await read(request);
    const onceFor: RouteContext<never, never, never>["once"] = (work) => {
      const key = keyOf(request);
      return key === undefined ? work(undefined) : once(db, { caller: caller.id, key, fingerprint: fingerprintOf(request, bytes) }, work);
    };
    const answer = await beforeDeadline(answerWithinMs - gateMs, changes, (deadline) =>
      route.handle({ ...facts, caller, deadline, once: onceFor, request, response }),
    );
    if (answer) sendAnswer(response, answer);
  };
}

/** Reads and checks what comes with a request. */
function createReader({ params, query = {}, body, bodyOptional = false, bodyMebibytes = 1, checksOwn }: Route) {
  const paramsSchema = params && z.object(params);
  const querySchema = query === "own" ? undefined : z.strictObject(query);
  const without = querySchema?.safeParse({});
  const readQueryOf = (request: Request) => {
    if (!querySchema) return {};
    return without?.success && !request.originalUrl.includes("?") ? without.data : readQuery(querySchema, request);
  };
  return async (request: Request) => {
    const given = { params: paramsSchema ? readParams(paramsSchema, request) : {}, query: readQueryOf(request) };
    if (!body) return { ...given, body: undefined, bytes: undefined };
    if (!hasBody(request)) {
      if (bodyOptional) return { ...given, body: checkedBody(body, {}), bytes: undefined };
      throw bodyRequired();
    }
    const bytes = await readBody(request, bodyMebibytes);
    const fields = jsonObject(bytes);
    if (checksOwn) checkOthers(fields, checksOwn);
    else checkJson(fields);
    return { ...given, body: checkedBody(body, fields), bytes };
  };
}

function readParams(schema: z.ZodType, { params }: Request): Record<string, unknown> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  throw problems.notFound(
    payloadFaults(parsed.error)
      .map(({ path, message }) => `${path}: ${message}`)
      .join("; "),
  );
}

function checkedBody(schema: z.ZodType, fields: Record<string, unknown>): unknown {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw problems.invalidPayload(payloadFaults(parsed.error));
}

function keyOf(request: Request): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && idempotencyKey.test(key)) return key;
  throw problems.badRequest("invalid_idempotency_key", "an Idempotency-Key is 1 to 255 visible ASCII characters");
}

const fingerprintOf = ({ method, originalUrl }: Request, bytes: Buffer | undefined) =>
  hash("sha256", Buffer.concat([Buffer.from(`${method} ${originalUrl}\n`), bytes ?? Buffer.alloc(0)]), "base64url");
