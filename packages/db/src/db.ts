import pg from "pg";

/** A prepared statement: `name` identifies it to the server, so `text` must be the same wherever the name is. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * A PostgreSQL database: `rows` for prepared statements, the pool for everything else. Tables are declared with Drizzle,
 * which is not loaded here: its import costs a process 200 MB.
 */
export interface Db extends AsyncDisposable {
  readonly pool: pg.Pool;
  /** The rows of a prepared statement as arrays of column values. */
  rows<Row extends readonly unknown[]>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** The same database, counting the queries that go through it; disposing of it leaves the pool alone. */
  counted(): CountedDb;
}

export interface CountedDb extends Db {
  readonly queries: number;
}

export interface DbOptions {
  url: string;
  poolSize?: number;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  idleTimeoutMs?: number;
  /** A connection is closed after this long, so that load balancers and failovers are noticed. */
  maxLifetimeMs?: number;
  applicationName?: string;
  /** Called with the error of a connection that broke while nobody used it; the pool replaces it. */
  onError?: (error: Error) => void;
}

/** Opens a pool of connections; the first one is made when the first query needs it. */
export function createDb(options: DbOptions): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 20,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: options.idleTimeoutMs ?? 30_000,
    maxLifetimeSeconds: Math.round((options.maxLifetimeMs ?? 1_800_000) / 1_000),
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    application_name: options.applicationName ?? "caretaker",
  });
  pool.on("error", (error) => options.onError?.(error));
  return overPool(pool, () => pool.end());
}

function overPool(pool: pg.Pool, dispose: () => Promise<void>, onQuery?: () => void): Db {
  return {
    pool,
    async rows<Row extends readonly unknown[]>(statement: Statement, values: readonly unknown[]) {
      onQuery?.();
      const result = await pool.query<never>({ ...statement, values: [...values], rowMode: "array" } as pg.QueryConfig);
      return result.rows as unknown as Row[];
    },
    counted: () => countedOver(pool),
    [Symbol.asyncDispose]: dispose,
  };
}

function countedOver(pool: pg.Pool): CountedDb {
  let queries = 0;
  const db = overPool(
    pool,
    async () => {},
    () => {
      queries += 1;
    },
  );
  return Object.defineProperty(db, "queries", { get: () => queries }) as CountedDb;
}
