import { randomUUID } from "node:crypto";
import pg from "pg";

/** Makes a database unless it is there; resolves to its URL. */
export async function createDatabase(adminUrl: string, name: string): Promise<string> {
  await asAdmin(adminUrl, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export interface TemporaryDatabase extends AsyncDisposable {
  readonly url: string;
}

/** An empty database of its own for a test; disposing of it drops it. */
export async function temporaryDatabase(adminUrl: string): Promise<TemporaryDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabase(adminUrl, name);
  return {
    url,
    [Symbol.asyncDispose]: () => asAdmin(adminUrl, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

async function asAdmin(url: string, act: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
