import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { givenServers } from "./env.ts";
import { guardFolder } from "./guard.ts";
import { startPostgres } from "./postgres.ts";
import { postgresUser } from "./postgres-user.ts";
import { startRedis } from "./redis.ts";

export interface Stack extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/**
 * PostgreSQL and Redis: those of `DATABASE_URL` and `REDIS_URL` where these are set, else private ones that stop with
 * this process. Their data is kept in `dataDir`; without one, it is thrown away.
 */
export async function startStack({ dataDir }: { dataDir?: string } = {}): Promise<Stack> {
  await using started = new AsyncDisposableStack();
  const given = givenServers();
  const folder = dataDir ? keptFolder(dataDir) : temporaryFolder();
  const [databaseUrl, redisUrl] = await Promise.all([
    given.databaseUrl ?? startPostgres({ dir: join(folder, "postgres"), throwaway: !dataDir }).then((server) => started.use(server).url),
    given.redisUrl ?? startRedis({ dir: join(folder, "redis") }).then((server) => started.use(server).url),
  ]);
  const servers = started.move();
  return { databaseUrl, redisUrl, [Symbol.asyncDispose]: () => servers.disposeAsync() };
}

/** A folder that is gone with this process. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "caretaker-"));
  chmodSync(dir, 0o755);
  guardFolder(dir);
  return dir;
}

/**
 * Where the data of `dataDir` is. Root's checkout may be closed to the user that PostgreSQL runs as: then it is in
 * /var/tmp, in a folder of this checkout's own, and `dataDir` has links to it.
 */
function keptFolder(dataDir: string): string {
  const wanted = resolve(dataDir);
  mkdirSync(wanted, { recursive: true });
  if (!postgresUser()) return wanted;
  const outside = `/var/tmp/caretaker-data-${createHash("sha256").update(wanted).digest("hex").slice(0, 12)}`;
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  for (const name of ["postgres", "redis"]) link(join(wanted, name), join(outside, name));
  return outside;
}

function link(path: string, target: string): void {
  if (existsSync(path) && readlinkSync(path) === target) return;
  try {
    unlinkSync(path);
  } catch {}
  symlinkSync(target, path);
}
