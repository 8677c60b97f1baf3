import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { stopServer } from "./stop-server.ts";

/** A server that has been asked something, and the answer that it has not given yet. */
async function askedServer() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  return { server, answer, response };
}

test("what was asked is answered before the server is gone", async () => {
  const { server, answer, response } = await askedServer();
  const stopped = stopServer(server, 60_000);
  expect(server.listening).toBe(false);
  response.end("here");
  expect(await (await answer).text()).toBe("here");
  await stopped;
});

test("what takes longer than the grace is cut off", async () => {
  const { server, answer } = await askedServer();
  const cutOff = expect(answer).rejects.toThrow("fetch failed");
  await stopServer(server, 1);
  await cutOff;
});
