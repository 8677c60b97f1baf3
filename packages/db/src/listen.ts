import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

const connectAgainMs = 500;

/**
 * Listens to a channel over a connection of its own, which is made again when it breaks. `onNotify` is also called once it
 * stands, since something may have been missed before.
 */
export function listen(url: string, channels: readonly string[], onNotify: () => void): AsyncDisposable {
  const left = new AbortController();
  let client: pg.Client | undefined;
  const listening = (async () => {
    while (!left.signal.aborted) {
      client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true, application_name: "caretaker listen" });
      await hear(client, channels, onNotify);
      await pause(connectAgainMs, undefined, { signal: left.signal }).catch(() => {}); // it only rejects when it is left
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      left.abort();
      await client?.end().catch(() => {});
      await listening;
    },
  };
}

/** Resolves when the connection has ended; the pool reports outages. */
async function hear(client: pg.Client, channels: readonly string[], onNotify: () => void): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.on("error", () => end());
  client.on("end", end);
  client.on("notification", onNotify);
  try {
    await client.connect();
    await client.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join(";"));
    onNotify();
    await ended;
  } catch {
    // it is tried again
  }
  await client.end().catch(() => {});
}
