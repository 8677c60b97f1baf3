import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { expect, test } from "vitest";
import { sendRequest } from "./send-request.ts";

const limits = { timeoutMs: 5_000, maxBytes: 1_000 };

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  let requests = 0;
  server.on("request", () => {
    requests += 1;
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("a server is asked and its answer read", async () => {
  await using server = await serve((request, response) => request.pipe(response.writeHead(201, { "X-Kind": "echo" })));
  const url = new URL(`http://127.0.0.1:${server.port}/`);
  const { status, headers, body } = await sendRequest({ url, method: "POST", body: "grüezi", ...limits, allowPrivate: true });
  expect({ status, kind: headers["x-kind"], body: String(body) }).toEqual({ status: 201, kind: "echo", body: "grüezi" });
});

test.each(["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])(
  "a server at %s is not asked, however its address is written",
  async (host) => {
    await using server = await serve((_request, response) => response.end());
    await expect(sendRequest({ url: new URL(`http://${host}:${server.port}/`), ...limits })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    expect(server.requests()).toBe(0);
  },
);

test.each(["ftp://example.com/", "file:///etc/passwd", "http://a:b@example.com/"])("%s is refused", async (url) => {
  await expect(sendRequest({ url: new URL(url), ...limits })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
});

test("a redirect is an answer and is not followed", async () => {
  await using inner = await serve((_request, response) => response.end("secret"));
  await using outer = await serve((_request, response) => response.writeHead(302, { Location: `http://127.0.0.1:${inner.port}/` }).end());
  const { status } = await sendRequest({ url: new URL(`http://127.0.0.1:${outer.port}/`), ...limits, allowPrivate: true });
  expect(status).toBe(302);
  expect(inner.requests()).toBe(0);
});

test("no more is read of an answer than allowed", async () => {
  await using server = await serve((_request, response) => response.end("x".repeat(1_001)));
  const url = new URL(`http://127.0.0.1:${server.port}/`);
  await expect(sendRequest({ url, ...limits, allowPrivate: true })).rejects.toMatchObject({ code: "ANSWER_TOO_LARGE" });
});

test("a server that says nothing is not waited for", async () => {
  const silent = createTcpServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const url = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  await expect(sendRequest({ url, timeoutMs: 50, maxBytes: 1, allowPrivate: true })).rejects.toMatchObject({ name: "TimeoutError" });
  const stop = new AbortController();
  const asked = sendRequest({ url, ...limits, allowPrivate: true, signal: stop.signal });
  stop.abort(new Error("told to stop"));
  await expect(asked).rejects.toThrow("told to stop");
  silent.close();
});
