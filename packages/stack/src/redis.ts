import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findRedisServer } from "./find-redis-server.ts";
import { onFreePort } from "./free-port.ts";
import { startServer } from "./server-process.ts";
import { signFolder, stopStale } from "./stop-stale.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface RedisOptions {
  /** Its data; by default a folder that is gone with this process. */
  dir?: string;
  /** By default a free one. */
  port?: number;
  password?: string;
  /** Keeps what it was told across restarts; default true. */
  appendOnly?: boolean;
  /** More settings, as on redis-server's command line. */
  args?: readonly string[];
}

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and folder after it was killed. */
  restart(): Promise<void>;
}

/** Starts a private Redis (or Valkey) on loopback. Throws with what to install if there is none. */
export async function startRedis({
  dir = join(temporaryFolder(), "redis"),
  port,
  password,
  appendOnly = true,
  args = [],
}: RedisOptions = {}): Promise<RedisServer> {
  mkdirSync(dir, { recursive: true });
  await stopStale({ dir, pidFile, program: /redis-server|valkey-server/, stopSignal: "SIGTERM" });
  const command = findRedisServer();
  const settings = [
    ...["--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", appendOnly ? "yes" : "no", "--maxmemory-policy", "noeviction"],
    ...["--pidfile", join(dir, pidFile), "--daemonize", "no", ...(password ? ["--requirepass", password] : []), ...args],
  ];
  const start = (onPort: number) =>
    startServer({ command, args: ["--port", String(onPort), ...settings], ready: /Ready to accept connections/i, stopSignal: "SIGTERM" });
  let { server, port: chosen } = await onFreePort(start, port);
  signFolder(dir);
  return {
    url: `redis://${password ? `:${encodeURIComponent(password)}@` : ""}127.0.0.1:${chosen}`,
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    async restart() {
      server = await start(chosen);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const pidFile = "server.pid";
