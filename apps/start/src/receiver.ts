import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes the demo's webhooks, on this machine, as another service would. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** Resolves when a webhook has come. */
  next(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const events = new EventEmitter();
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(204).end();
      events.emit("webhook");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    secret: randomBytes(24).toString("base64url"),
    async next() {
      await once(events, "webhook");
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
