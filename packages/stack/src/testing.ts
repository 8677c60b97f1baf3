import { inject } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "./database.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
    redisUrl: string;
  }
}

/** The Redis of this test run; a test uses prefixes of its own. */
export const testRedisUrl = (): string => inject("redisUrl");

/** An empty database of a test's own on the PostgreSQL of this test run. */
export const testDatabase = (): Promise<TemporaryDatabase> => temporaryDatabase(inject("databaseUrl"));
