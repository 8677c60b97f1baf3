import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server on loopback that can be slow, swallow everything or be cut. */
export async function startProxy(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let held: (() => void)[] | undefined;
  const pass = (from: Socket, to: Socket) =>
    from.on("data", (data) => {
      const write = () => void to.write(data);
      if (held) held.push(write);
      else if (delayMs > 0) setTimeout(write, delayMs);
      else write();
    });
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      pass(one, other);
      one.on("error", () => {});
      one.on("close", () => sockets.delete(one) && other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: Object.assign(new URL(url), { hostname: "127.0.0.1", port: String(port) }).href,
    slowDown: (ms: number) => {
      delayMs = ms;
    },
    /** Keeps what is sent, in both directions. */
    hold: () => {
      held ??= [];
    },
    /** Lets through what was kept. */
    letGo: () => {
      const writes = held ?? [];
      held = undefined;
      for (const write of writes) write();
    },
    /** Today's connections say nothing any more, and nobody closes them; new ones work. */
    forgetConnections: () => {
      for (const socket of sockets) socket.removeAllListeners("data").pause();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
