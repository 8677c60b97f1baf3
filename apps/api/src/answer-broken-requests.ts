import { randomUUID } from "node:crypto";
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { HttpProblem } from "./http-problem.ts";

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what is no HTTP at all, and so never becomes a request, with a problem document as well. */
export function answerBrokenRequests(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === "ECONNRESET") return socket.destroy();
    const status = statuses[error.code ?? ""] ?? 400;
    socket.end(answerOf(status));
  });
}

function answerOf(status: number): string {
  const title = STATUS_CODES[status] ?? "Bad Request";
  const requestId = randomUUID();
  const body = JSON.stringify(new HttpProblem({ status, code: "bad_request", title }, "this is not HTTP that can be read").toDocument(requestId));
  return [
    `HTTP/1.1 ${status} ${title}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "X-Process-Time: 0.000000",
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
