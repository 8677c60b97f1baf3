import pg from "pg";
import { listen } from "./listen.ts";
import { inSession } from "./session.ts";
import { type SlowWork, timeQueries, type WatchSlow, watchSlow } from "./watch-slow.ts";

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
  /** The rows of a prepared statement as arrays of column values; it is cancelled at the server when `signal` fires. */
  rows<Row extends readonly unknown[]>(statement: Statement, values: readonly unknown[], options?: CancelOptions): Promise<Row[]>;
  /** Does `work` with one connection, for a transaction; its running statement is cancelled at the server when `signal` fires. */
  session<T>(work: (session: Session) => Promise<T>, options?: CancelOptions): Promise<T>;
  /** Calls `onNotify` when one of the channels is notified, and whenever something may have been missed; until it is disposed of. */
  listen(channels: readonly string[], onNotify: () => void): AsyncDisposable;
  /** Does a piece of work with a name, and tells if it takes longer than a second. */
  timed<T>(what: SlowWork["what"], name: string, work: () => Promise<T>): Promise<T>;
  /** The same database, counting its `rows` queries and cancelling them with `signal`; disposing of it leaves the pool alone. */
  counted(options?: CancelOptions): CountedDb;
}

/** One connection, while it is ours. */
export type Session = pg.PoolClient;

interface CancelOptions {
  readonly signal?: AbortSignal | undefined;
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
  /** A statement without an answer for this long fails, and its connection is closed, since nobody may be at its other end; by default it is waited for. */
  answerTimeoutMs?: number;
  idleTimeoutMs?: number;
  /** A connection is closed after this long, so that load balancers and failovers are noticed. */
  maxLifetimeMs?: number;
  applicationName?: string;
  /** Called with the error of a connection that broke while nobody used it; the pool replaces it. */
  onError?: (error: Error) => void;
  /** Called for each query and each batch that took longer than a second. */
  onSlow?: (work: SlowWork) => void;
}

/** A process that freezes in a transaction must not keep its locks from those who take its job over. */
const abandonedAfterMs = 10_000;

/** Opens a pool of connections; the first one is made when the first query needs it. */
export function createDb(options: DbOptions): Db {
  const watch = watchSlow(options.onSlow ?? (() => {}));
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 20,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: options.idleTimeoutMs ?? 30_000,
    maxLifetimeSeconds: Math.round((options.maxLifetimeMs ?? 1_800_000) / 1_000),
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    ...(options.answerTimeoutMs ? { query_timeout: options.answerTimeoutMs } : {}),
    keepAlive: true,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: abandonedAfterMs,
    application_name: options.applicationName ?? "caretaker",
  });
  pool.on("error", (error) => options.onError?.(error));
  pool.on("connect", (client) => timeQueries(client, watch));
  timeQueries(pool, watch);
  return overPool({ pool, url: options.url, watch, dispose: () => pool.end() });
}

interface Access {
  readonly pool: pg.Pool;
  readonly url: string;
  readonly watch: WatchSlow;
  readonly dispose: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly onQuery?: () => void;
}

function overPool({ pool, url, watch, dispose, onQuery, ...outer }: Access): Db {
  const session: Db["session"] = (work, { signal = outer.signal } = {}) => inSession(pool, url, work, signal);
  return {
    pool,
    session,
    async rows<Row extends readonly unknown[]>(statement: Statement, values: readonly unknown[], { signal = outer.signal }: CancelOptions = {}) {
      onQuery?.();
      const query = { ...statement, values: [...values], rowMode: "array" } as pg.QueryConfig;
      const result = await (signal ? session((client) => client.query<never>(query), { signal }) : pool.query<never>(query));
      return result.rows as unknown as Row[];
    },
    async timed(what, name, work) {
      const done = watch(what, () => name);
      return work().finally(done);
    },
    listen: (channels, onNotify) => listen(url, channels, onNotify),
    counted: ({ signal } = {}) => countedOver({ pool, url, watch, signal }),
    [Symbol.asyncDispose]: dispose,
  };
}

function countedOver(access: Pick<Access, "pool" | "url" | "watch" | "signal">): CountedDb {
  let queries = 0;
  const onQuery = () => {
    queries += 1;
  };
  const db = overPool({ ...access, dispose: async () => {}, onQuery });
  return Object.defineProperty(db, "queries", { get: () => queries }) as CountedDb;
}
