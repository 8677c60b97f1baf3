/** Where programs are looked for. */
export const searchPath = (): string => process.env.PATH ?? "";

/** Servers that are there already and are to be used instead of private ones. */
export const givenServers = (): { databaseUrl?: string; redisUrl?: string } => {
  const { DATABASE_URL, REDIS_URL, QUEUE_REDIS_URL } = process.env;
  const redisUrl = REDIS_URL || QUEUE_REDIS_URL;
  return { ...(DATABASE_URL ? { databaseUrl: DATABASE_URL } : {}), ...(redisUrl ? { redisUrl } : {}) };
};

/** The browser that tests drive. */
export const chromiumPath = (): string => process.env.CHROMIUM_PATH || "/usr/bin/chromium";

/** Has glibc share one arena between Node's threads: each would keep its own, 10 to 30 MB in all. */
export const oneArena = { MALLOC_ARENA_MAX: "1" } as const;

/** The environment for a child process. */
export const childEnv = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({ ...oneArena, ...process.env, ...settings });
