export { temporaryDatabase, type TemporaryDatabase } from "./database.ts";
export { type PostgresServer, startPostgres } from "./postgres.ts";
export { type RedisServer, startRedis } from "./redis.ts";
export { type Stack, startStack, temporaryFolder } from "./stack.ts";
