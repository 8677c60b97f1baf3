import type { TestProject } from "vitest/node";
import { startStack } from "./stack.ts";
import type {} from "./testing.ts";

/** Gives all tests of a run one private PostgreSQL and one private Redis; each test takes a database and prefixes of its own. */
export default async function setup(project: TestProject): Promise<() => PromiseLike<void>> {
  const stack = await startStack();
  project.provide("databaseUrl", stack.databaseUrl);
  project.provide("redisUrl", stack.redisUrl);
  return () => stack[Symbol.asyncDispose]();
}
