import { existsSync } from "node:fs";
import { CaretakerError, duration, type RedisMode, toMs } from "@caretaker/contracts";
import { z } from "zod";
import { redisMismatches, redisMode, redisUrls, sentinelName, withRedisSettings } from "./redis-settings.ts";

/** The settings are wrong; the message lists all that is wrong with them. */
export class SettingsError extends CaretakerError {
  override readonly code = "SETTINGS_INVALID";
}

/** Reads settings from the environment and a `.env` file in the working folder, which it does not override; an empty variable counts as not set. Throws a `SettingsError` that lists every fault. */
export function parseEnv<Shape extends z.ZodRawShape>(shape: Shape, source: NodeJS.ProcessEnv = withEnvFile()): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(withRedisSettings(source)).filter(([, value]) => value !== ""));
  const parsed = z.object(shape).safeParse(given);
  const mismatches = redisMismatches(Object.fromEntries(Object.entries(given).filter(([name]) => name in shape)));
  if (parsed.success && mismatches.length === 0) return parsed.data;
  const issues = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  const faults = [...issues, ...mismatches].map((fault) => `  ${fault}`);
  throw new SettingsError(`these settings need your attention (.env.example explains them):\n${faults.join("\n")}`);
}

function withEnvFile(): NodeJS.ProcessEnv {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}

const postgresExample = "postgres://user:password@127.0.0.1:5432/caretaker";
const postgresUrl = z
  .string({ error: `not set; for example ${postgresExample} (npm run stack starts a private one)` })
  .refine((text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ""), `not a URL such as ${postgresExample}`);

const milliseconds = (fallback: "5s" | "25s" | "30s" | "30m") => duration.prefault(fallback).transform(toMs);

/** A TCP port, with the one to take when the variable is not set; 0 takes a free one. */
export const port = (fallback: number) => z.coerce.number({ error: "not a port number" }).int().min(0).max(65_535).default(fallback);

/** Where jobs are kept; `REDIS_URL` stands in for what is not set by itself. */
export const queueSettings = {
  QUEUE_REDIS_URL: redisUrls,
  QUEUE_REDIS_MODE: redisMode,
  QUEUE_REDIS_SENTINEL_NAME: sentinelName,
  QUEUE_PREFIX: z.string().min(1).default("{ct}"),
};

/** Where cached values are kept. */
const cacheSettings = {
  CACHE_REDIS_URL: redisUrls,
  CACHE_REDIS_MODE: redisMode,
  CACHE_REDIS_SENTINEL_NAME: sentinelName,
  CACHE_PREFIX: z.string().min(1).default("caretaker"),
};

/** The database and how its connections are kept. */
export const databaseSettings = {
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(1_000).default(20),
  DATABASE_STATEMENT_TIMEOUT: milliseconds("30s"),
  DATABASE_LOCK_TIMEOUT: milliseconds("5s"),
  DATABASE_IDLE_TIMEOUT: milliseconds("30s"),
  DATABASE_CONNECTION_LIFETIME: milliseconds("30m"),
};

/** What every process that uses the engine reads. */
export const engineSettings = { ...databaseSettings, ...queueSettings, ...cacheSettings };

/** What an engine is made with, from its settings. */
export const engineOptions = (env: z.output<z.ZodObject<typeof engineSettings>>) => ({
  queueRedisUrl: env.QUEUE_REDIS_URL,
  queueRedisMode: queueRedisMode(env),
  queuePrefix: env.QUEUE_PREFIX,
  cacheRedisUrl: env.CACHE_REDIS_URL,
  cacheRedisMode: { mode: env.CACHE_REDIS_MODE, sentinelName: env.CACHE_REDIS_SENTINEL_NAME } satisfies RedisMode,
  cachePrefix: env.CACHE_PREFIX,
  database: databaseOptions(env),
});

/** What `QUEUE_REDIS_URL` names. */
export const queueRedisMode = (env: z.output<z.ZodObject<typeof queueSettings>>) =>
  ({ mode: env.QUEUE_REDIS_MODE, sentinelName: env.QUEUE_REDIS_SENTINEL_NAME }) satisfies RedisMode;

/** What a database is opened with, from its settings. */
export const databaseOptions = (env: z.output<z.ZodObject<typeof databaseSettings>>) => ({
  url: env.DATABASE_URL,
  poolSize: env.DATABASE_POOL_SIZE,
  statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT,
  lockTimeoutMs: env.DATABASE_LOCK_TIMEOUT,
  idleTimeoutMs: env.DATABASE_IDLE_TIMEOUT,
  maxLifetimeMs: env.DATABASE_CONNECTION_LIFETIME,
});

/** What every process reads. */
export const serviceSettings = {
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  SHUTDOWN_TIMEOUT: milliseconds("25s"),
};

/** Whether npm started this process, which then ends with it. */
export const startedByNpm = (): boolean => process.env.npm_lifecycle_event !== undefined;
