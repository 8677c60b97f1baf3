import { existsSync } from "node:fs";
import { CaretakerError, duration, toMs } from "@caretaker/contracts";
import { z } from "zod";

/** The settings are wrong; the message lists all that is wrong with them. */
export class SettingsError extends CaretakerError {
  override readonly code = "SETTINGS_INVALID";
}

/** Reads settings from the environment and a `.env` file in the working folder, which it does not override; an empty variable counts as not set. Throws a `SettingsError` that lists every fault. */
export function parseEnv<Shape extends z.ZodRawShape>(shape: Shape, source: NodeJS.ProcessEnv = withEnvFile()): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(withRedisUrl(source)).filter(([, value]) => value !== ""));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new SettingsError(`these settings need your attention (.env.example explains them):\n${faults.join("\n")}`);
}

/** `REDIS_URL` stands in for both Redis roles. */
const withRedisUrl = (source: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...source,
  QUEUE_REDIS_URL: source.QUEUE_REDIS_URL || source.REDIS_URL,
  CACHE_REDIS_URL: source.CACHE_REDIS_URL || source.REDIS_URL,
});

function withEnvFile(): NodeJS.ProcessEnv {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}

const url = (protocols: string[], example: string) =>
  z
    .string({ error: `not set; for example ${example} (npm run stack starts a private one)` })
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), `not a URL such as ${example}`);

const redisUrl = url(["redis:", "rediss:"], "redis://127.0.0.1:6379");

const milliseconds = (fallback: "5s" | "25s" | "30s" | "30m") => duration.prefault(fallback).transform(toMs);

/** A TCP port, with the one to take when the variable is not set; 0 takes a free one. */
export const port = (fallback: number) => z.coerce.number({ error: "not a port number" }).int().min(0).max(65_535).default(fallback);

/** Where jobs are kept; `REDIS_URL` stands in for what is not set by itself. */
export const queueSettings = { QUEUE_REDIS_URL: redisUrl, QUEUE_PREFIX: z.string().min(1).default("{ct}") };

/** Where cached values are kept. */
const cacheSettings = { CACHE_REDIS_URL: redisUrl, CACHE_PREFIX: z.string().min(1).default("caretaker") };

/** The database and how its connections are kept. */
export const databaseSettings = {
  DATABASE_URL: url(["postgres:", "postgresql:"], "postgres://user:password@127.0.0.1:5432/caretaker"),
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
  queuePrefix: env.QUEUE_PREFIX,
  cacheRedisUrl: env.CACHE_REDIS_URL,
  cachePrefix: env.CACHE_PREFIX,
  database: databaseOptions(env),
});

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
