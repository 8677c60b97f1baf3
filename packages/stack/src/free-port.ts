import { once } from "node:events";
import { createServer } from "node:net";

/** A TCP port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Starts something on `wanted`, else on a free port, on another one if that was taken in between. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, wanted?: number, attempts = 5): Promise<{ server: T; port: number }> {
  const port = wanted ?? (await freePort());
  try {
    return { server: await start(port), port };
  } catch (error) {
    const taken = error instanceof Error && /address already in use/i.test(error.message);
    if (!taken || wanted || attempts <= 1) throw error;
    return onFreePort(start, wanted, attempts - 1);
  }
}
