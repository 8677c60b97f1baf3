import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { sendEvents } from "./send-events.ts";

/** A server that answers each request by `answer`. */
async function serve(answer: (response: ServerResponse) => Promise<void>) {
  const server = createServer((_request, response) => void answer(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("events are written as they come, with comments in between, and the answer ends with them", async () => {
  const goOn = Promise.withResolvers<void>();
  async function* events() {
    yield { event: "progress", id: "1-0", data: { status: "two\nlines" } };
    await goOn.promise;
    yield { event: "end", id: "end", data: {} };
  }
  await using server = await serve((response) => sendEvents(response, events(), { heartbeatMs: 5 }));
  const answer = await fetch(`http://127.0.0.1:${server.port}`);
  let text = "";
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.includes("\n: nothing new\n\n")) goOn.resolve();
  }
  expect(text.replaceAll(": nothing new\n\n", "")).toBe(
    'retry: 1000\n\nevent: progress\nid: 1-0\ndata: {"status":"two\\nlines"}\n\nevent: end\nid: end\ndata: {}\n\n',
  );
});

test("who does not read is cut off, and no more events are asked for", async () => {
  let asked = 0;
  const over = Promise.withResolvers<void>();
  async function* events() {
    for (;;) {
      asked += 1;
      yield { event: "progress", id: `${asked}-0`, data: "x".repeat(1_000_000) };
    }
  }
  await using server = await serve(async (response) => {
    await sendEvents(response, events(), { heartbeatMs: 60_000, patienceMs: 50 });
    over.resolve();
  });
  const socket = connect(server.port, "127.0.0.1").pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await over.promise;
  expect(asked).toBeLessThan(20);
  socket.destroy();
});
