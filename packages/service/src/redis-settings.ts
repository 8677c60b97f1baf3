import { z } from "zod";

const example = "redis://127.0.0.1:6379";
const roles = ["QUEUE", "CACHE"] as const;
/** What both Redis roles have, unless one has its own, such as `CACHE_REDIS_URL`. */
const shared = ["REDIS_URL", "REDIS_MODE", "REDIS_SENTINEL_NAME"] as const;

/** The same settings with those of each role, for which the shared ones stand in. */
export const withRedisSettings = (source: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...source,
  ...Object.fromEntries(roles.flatMap((role) => shared.map((name) => [`${role}_${name}`, source[`${role}_${name}`] || source[name]]))),
});

const isUrl = (text: string) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? "");
const urlsIn = (text: string) => text.split(",").map((one) => one.trim());
/** A password may have a comma: then the parts are no URLs. */
const isList = (text: string) => text.includes(",") && urlsIn(text).every(isUrl);

/** One URL, or several with commas in between. */
export const redisUrls = z
  .string({ error: `not set; for example ${example} (npm run stack starts a private one)` })
  .refine((text) => isUrl(text) || isList(text), `not a URL such as ${example}`);

export const redisMode = z.enum(["single", "cluster", "sentinel"]).default("single");

/** What Sentinels call the master. */
export const sentinelName = z.string().default("mymaster");

/** Settings that are right by themselves, but not together. */
export function redisMismatches(given: NodeJS.ProcessEnv): string[] {
  const lists = roles.filter((role) => isList(given[`${role}_REDIS_URL`] ?? "") && (given[`${role}_REDIS_MODE`] ?? "single") === "single");
  const faults = lists.map((role) => `${role}_REDIS_URL: several servers need REDIS_MODE=cluster or REDIS_MODE=sentinel`);
  if (given.QUEUE_REDIS_MODE !== "cluster" || /\{.+\}/.test(given.QUEUE_PREFIX ?? "{ct}")) return faults;
  return [...faults, "QUEUE_PREFIX: a Cluster needs a part in braces, such as {ct}, which keeps all queues together"];
}
