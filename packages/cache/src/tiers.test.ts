import type { RedisMode } from "@caretaker/contracts";
import { startRedisCluster, startRedisSentinel } from "@caretaker/stack";
import { testRedisUrl } from "@caretaker/stack/testing";
import { describeTier } from "../test/describe-tier.ts";
import { openCaches } from "../test/open-caches.ts";

const over = (servers: { urls: string } & AsyncDisposable, mode: RedisMode) => ({
  open: () => openCaches(servers.urls, undefined, mode),
  [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
});
const shared = async () => over({ urls: testRedisUrl(), async [Symbol.asyncDispose]() {} }, { mode: "single" });

describeTier("memory", { source: "l1", tiers: ["memory"], start: shared });
describeTier("one Redis", { source: "l2", start: shared });
describeTier("a Redis that a Sentinel names", { source: "l2", start: async () => over(await startRedisSentinel(), { mode: "sentinel" }) });
describeTier("a Redis Cluster", { source: "l2", start: async () => over(await startRedisCluster(), { mode: "cluster" }) });
