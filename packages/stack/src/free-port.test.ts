import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, onFreePort } from "./free-port.ts";
import { startRedis } from "./redis.ts";

test("a port that is taken in the last moment is given up for another one", async () => {
  const taken: number[] = [];
  await using started = new AsyncDisposableStack();
  const start = async (port: number) => {
    if (taken.length === 0) {
      taken.push(port);
      const thief = createServer().listen(port, "127.0.0.1");
      await once(thief, "listening");
      started.defer(() => void thief.close());
    }
    return started.use(await startRedis({ port }));
  };
  const { server, port } = await onFreePort(start);
  expect(taken).not.toContain(port);
  expect(server.url).toContain(`:${port}`);
});

test("ports differ while they are in use", async () => {
  const port = await freePort();
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  expect(await freePort()).not.toBe(port);
  server.close();
});
