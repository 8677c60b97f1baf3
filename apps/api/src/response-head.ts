import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { securityHeaders } from "./security-headers.ts";

const acceptableId = /^[\w.:-]{1,128}$/;
const { "Content-Security-Policy": policy, ...others } = securityHeaders;
const ofAll: readonly string[] = Object.entries(others).flat();

/** What is known of a request from its beginning on, and told in the head of its answer. */
export interface ResponseHead {
  readonly requestId: string;
  readonly began: number;
  /** More headers, names and values in turn. */
  readonly more: string[];
}

const headKey = Symbol("head");
type WithHead = ServerResponse & { [headKey]?: ResponseHead };

/** Begins the head of a request's answer: with the id that the caller gave it, or a new one. */
export function beginHead({ headers }: Pick<IncomingMessage, "headers">, response: WithHead): ResponseHead {
  const given = headers["x-request-id"];
  const requestId = typeof given === "string" && acceptableId.test(given) ? given : randomUUID();
  const head: ResponseHead = { requestId, began: performance.now(), more: [] };
  response[headKey] = head;
  return head;
}

/** The head that was begun for an answer. */
export const headOf = (response: WithHead): ResponseHead => response[headKey] ?? beginHead({ headers: {} }, response);

/**
 * Writes the head of an answer: what every answer tells, how long it took, and `headers`. One list of names and values is
 * what Node writes fastest.
 */
export function writeHead(response: ServerResponse, status: number, headers: Readonly<Record<string, string | number>> = {}): ServerResponse {
  const { requestId, began, more } = headOf(response);
  const all: string[] = [...ofAll, "X-Request-Id", requestId, "X-Process-Time", ((performance.now() - began) / 1_000).toFixed(6), ...more];
  for (const name in headers) all.push(name, String(headers[name]));
  if (headers["Content-Security-Policy"] === undefined) all.push("Content-Security-Policy", policy);
  if (headers["Cache-Control"] === undefined) all.push("Cache-Control", "no-store");
  return response.writeHead(status, all);
}
