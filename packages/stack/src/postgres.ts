import { existsSync, realpathSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { afterOldConnections } from "./after-old-connections.ts";
import { createDatabase } from "./database.ts";
import { onFreePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { ensureCluster } from "./postgres-cluster.ts";
import { postgresUser } from "./postgres-user.ts";
import { startServer } from "./server-process.ts";
import { signFolder, stopStale } from "./stop-stale.ts";

export interface PostgresOptions {
  /** Its data; when this process is root, another user must be able to reach it. */
  dir: string;
  /** By default a free one. */
  port?: number;
  /** Gives up safety across a crash of the machine for speed; default false. */
  throwaway?: boolean;
  /** More settings, such as `work_mem=64MB`. */
  settings?: readonly string[];
}

export interface PostgresServer extends AsyncDisposable {
  /** Of the database `caretaker`. */
  readonly url: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data after it was killed. */
  restart(): Promise<void>;
}

/** A quarter of the machine's memory, as PostgreSQL's manual has it, but no more than 1 GB; PostgreSQL takes it as it needs it. */
const sharedBuffersMb = Math.min(1_024, Math.floor(totalmem() / 4 / 2 ** 20));

const common = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  `shared_buffers=${sharedBuffersMb}MB`,
  "jit=off",
  "max_wal_size=2GB",
  "timezone=UTC",
  "log_timezone=UTC",
];
const unsafe = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/** Starts a private PostgreSQL 18 on loopback, making its data folder if there is none. */
export async function startPostgres({ dir, port, throwaway = false, settings = [] }: PostgresOptions): Promise<PostgresServer> {
  const user = postgresUser();
  const binaries = postgresBinaries(user);
  const password = await ensureCluster(dir, binaries, user);
  await stopStale({ dir, pidFile: "postmaster.pid", program: /postgres/, stopSignal: "SIGINT" });
  const options = [...common, ...statistics(binaries), ...(throwaway ? unsafe : []), ...settings].flatMap((setting) => ["-c", setting]);
  const start = (onPort: number) =>
    startServer({
      command: join(binaries, "bin/postgres"),
      args: ["-D", realpathSync(dir), "-p", String(onPort), ...options],
      ready: /ready to accept connections/,
      stopSignal: "SIGINT",
      cwd: "/",
      ...user,
    });
  let { server, port: chosen } = await onFreePort(start, port);
  signFolder(dir);
  const admin = `postgres://postgres:${password}@127.0.0.1:${chosen}/postgres`;
  return {
    url: await createDatabase(admin, "caretaker"),
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    async restart() {
      server = await afterOldConnections(() => start(chosen));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The platforms' packages differ in what modules they have. */
const statistics = (binaries: string): string[] =>
  existsSync(join(binaries, "lib/postgresql/pg_stat_statements.so")) ? ["shared_preload_libraries=pg_stat_statements"] : [];
