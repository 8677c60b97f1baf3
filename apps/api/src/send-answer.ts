import type { ServerResponse } from "node:http";
import { writeHead } from "./response-head.ts";
import type { Answer } from "./route.ts";

/** Sends an answer as JSON. */
export function sendAnswer(response: ServerResponse, { status, body, headers }: Answer): void {
  if (body === undefined) writeHead(response, status, headers).end();
  else sendText(response, JSON.stringify(body), headers, status);
}

/** Sends text that is JSON already. */
export function sendText(response: ServerResponse, text: string, headers: Answer["headers"] = {}, status = 200): void {
  const all = { "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(text), ...headers };
  writeHead(response, status, all).end(text);
}
