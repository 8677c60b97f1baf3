import type pg from "pg";

/** Runs `act` in one transaction: all that it did is kept if it resolves, nothing if it rejects. */
export async function inTransaction<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const onError = () => {}; // the next statement fails; without a listener, the process would die of a connection that breaks
  client.on("error", onError);
  try {
    await client.query("begin");
    const result = await act(client);
    await client.query("commit");
    client.off("error", onError);
    client.release();
    return result;
  } catch (error) {
    client.release(true); // closing the connection rolls back, also where PostgreSQL no longer answers
    throw error;
  }
}
