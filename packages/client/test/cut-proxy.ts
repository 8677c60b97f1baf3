import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";

/** A way to a server on loopback whose connections can be cut. */
export async function startCutProxy(url: string) {
  const { hostname, port: target } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target), hostname);
    sockets.add(client.on("close", () => sockets.delete(client)));
    pipeline(client, upstream, client, () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await server[Symbol.asyncDispose]();
    },
  };
}
