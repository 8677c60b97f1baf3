import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDatabase } from "./database.ts";
import { onFreePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { postgresUser, type SystemUser } from "./postgres-user.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { stopStale } from "./stale.ts";

export interface PostgresOptions {
  /** Its data; when this process is root, another user must be able to reach it. */
  dir: string;
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

const common = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "shared_buffers=256MB",
  "jit=off",
  "max_wal_size=2GB",
  "timezone=UTC",
  "log_timezone=UTC",
];
const unsafe = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/** Starts a private PostgreSQL 18 on a free port of loopback, making its data folder if there is none. */
export async function startPostgres({ dir, throwaway = false, settings = [] }: PostgresOptions): Promise<PostgresServer> {
  const user = postgresUser();
  const binaries = postgresBinaries(user);
  if (!existsSync(join(dir, "PG_VERSION"))) makeCluster(dir, binaries, user);
  await stopStale(dir, /postgres/);
  const options = [...common, ...(throwaway ? unsafe : []), ...settings].flatMap((setting) => ["-c", setting]);
  const start = (port: number) =>
    startServer({
      command: join(binaries, "bin/postgres"),
      args: ["-D", dir, "-p", String(port), ...options],
      ready: /ready to accept connections/,
      stopSignal: "SIGINT",
      cwd: "/",
      ...user,
    });
  let port = 0;
  let server: ServerProcess = await onFreePort((candidate) => {
    port = candidate;
    return start(candidate);
  });
  const password = readFileSync(join(dir, passwordFile), "utf8");
  const admin = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return {
    url: await createDatabase(admin, "caretaker"),
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    async restart() {
      server = await start(port);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const passwordFile = "caretaker-password";

/** A half-made folder, from a start that was killed, is made anew. */
function makeCluster(dir: string, binaries: string, user: SystemUser | undefined): void {
  const password = randomBytes(18).toString("base64url");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const secret = `${dir}.secret`;
  writeFileSync(secret, password, { mode: 0o600 });
  if (user) for (const path of [dir, secret]) chownSync(path, user.uid, user.gid);
  const settings = ["--auth=scram-sha-256", "--username=postgres", `--pwfile=${secret}`, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
  execFileSync(join(binaries, "bin/initdb"), ["-D", dir, ...settings], { stdio: ["ignore", "ignore", "pipe"], cwd: "/", ...user });
  rmSync(secret);
  writeFileSync(join(dir, passwordFile), password, { mode: 0o600 });
}
