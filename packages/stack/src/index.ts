export { type Child, type RunResult, runChild, runToEnd, startChild } from "./child.ts";
export { type TemporaryDatabase, temporaryDatabase } from "./database.ts";
export { freePort } from "./free-port.ts";
export { type PostgresServer, startPostgres } from "./postgres.ts";
export { type RedisServer, startRedis } from "./redis.ts";
export { type RedisCluster, startRedisCluster } from "./redis-cluster.ts";
export { type Stack, startStack } from "./stack.ts";
export { temporaryFolder } from "./temporary-folder.ts";
export { untilStopped } from "./until-stopped.ts";
