import { expect, inject, test } from "vitest";
import { ask } from "../test/ask.ts";
import { temporaryDatabase } from "./database.ts";
import type {} from "./testing.ts";

test("two temporary databases know nothing of each other", async () => {
  await using one = await temporaryDatabase(inject("databaseUrl"));
  await using other = await temporaryDatabase(inject("databaseUrl"));
  await ask(one.url, "create table things ()");
  await expect(ask(other.url, "select from things")).rejects.toThrow(/does not exist/);
});

test("a temporary database is dropped though somebody is connected to it", async () => {
  const database = await temporaryDatabase(inject("databaseUrl"));
  const sleeping = ask(database.url, "select pg_sleep(100)").catch((error: Error) => error.message);
  await database[Symbol.asyncDispose]();
  expect(await sleeping).toMatch(/terminating connection|does not exist|Connection terminated/);
  await expect(ask(database.url, "select 1")).rejects.toThrow(/does not exist/);
});
