import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";

/** Between two requests to cancel: one that comes before its statement has begun is without effect. */
const cancelAgainMs = 100;

/**
 * Does `work` with a connection of its own. When `signal` fires, the statement that runs there is cancelled at the server, so
 * that nothing goes on behind the caller's back; the connection is closed, and the signal's reason is thrown.
 */
export async function inSession<T>(
  pool: pg.Pool,
  url: string,
  work: (client: pg.PoolClient) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  const client = await pool.connect();
  let broken = false;
  const onError = () => {
    broken = true; // the next statement fails; without a listener, the process would die of it
  };
  client.on("error", onError);
  const settled = new AbortController();
  const cancel = () => void cancelUntil(settled.signal, url, backendOf(client));
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    settled.abort("settled"); // without a reason, an error is made, with its stack
    signal?.removeEventListener("abort", cancel);
    client.release(broken || signal?.aborted); // a late request to cancel must not meet the next user's statement
    client.off("error", onError);
  }
}

const backendOf = (client: pg.PoolClient) => (client as unknown as { processID: number }).processID;

/** Asks over a connection of its own, since the pool may have none left; gives up while PostgreSQL can't be reached. */
async function cancelUntil(settled: AbortSignal, url: string, backend: number): Promise<void> {
  const other = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 1_000,
    application_name: "caretaker cancel",
  });
  other.on("error", () => {});
  try {
    await other.connect();
    while (!settled.aborted) {
      await other.query("select pg_cancel_backend($1)", [backend]);
      await pause(cancelAgainMs, undefined, { signal: settled }).catch(() => {}); // it only rejects when the work has ended
    }
  } catch {
    // the statement's own timeout ends it
  } finally {
    await other.end().catch(() => {});
  }
}
