import pg from "pg";
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
  const client = new pg.Client(database.url);
  const errors: Error[] = [];
  client.on("error", (error) => errors.push(error));
  const cut = new Promise<void>((resolve) => client.once("end", resolve));
  await client.connect();
  await database[Symbol.asyncDispose]();
  await cut;
  expect(errors[0]?.message).toMatch(/terminating connection/);
  await expect(ask(database.url, "select 1")).rejects.toThrow(/does not exist/);
});
