import { once } from "node:events";
import type { Server } from "node:http";

/** Takes no more requests and resolves when the running ones are answered, or cut off after `graceMs`. */
export async function stopServer(server: Server, graceMs: number): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  const closed = once(server, "close");
  server.close();
  await closed;
  clearTimeout(cutOff);
}
