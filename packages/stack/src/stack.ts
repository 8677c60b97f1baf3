import { join } from "node:path";
import { givenServers } from "./env.ts";
import { keptFolder } from "./kept-folder.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Stack extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/**
 * PostgreSQL and Redis: those of `DATABASE_URL` and `REDIS_URL` where these are set, else private ones that stop with
 * this process. Their data is kept in `dataDir`; without one, it is thrown away.
 */
export async function startStack({ dataDir }: { dataDir?: string } = {}): Promise<Stack> {
  const { databaseUrl, redisUrl } = givenServers();
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl, async [Symbol.asyncDispose]() {} };
  await using started = new AsyncDisposableStack();
  const folder = dataDir ? keptFolder(dataDir) : temporaryFolder();
  const postgres = databaseUrl ?? startPostgres({ dir: join(folder, "postgres"), throwaway: !dataDir }).then((server) => started.use(server).url);
  const redis = redisUrl ?? startRedis({ dir: join(folder, "redis") }).then((server) => started.use(server).url);
  await Promise.allSettled([postgres, redis]);
  const urls = { databaseUrl: await postgres, redisUrl: await redis };
  const servers = started.move();
  return { ...urls, [Symbol.asyncDispose]: () => servers.disposeAsync() };
}
