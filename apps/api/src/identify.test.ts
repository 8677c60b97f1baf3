import { createApiKey, createDb, migrate, revokeApiKey } from "@caretaker/engine";
import { startProxy } from "@caretaker/stack";
import { testDatabase } from "@caretaker/stack/testing";
import { expect, test } from "vitest";
import { createIdentify } from "./identify.ts";

const minute = 60_000;

test("while PostgreSQL is away, keys that were good stand for ten minutes, and expire when they should", async () => {
  await using database = await testDatabase();
  const link = await startProxy(database.url);
  await using db = createDb({ url: link.url });
  await migrate(db);
  let now = Date.now();
  const identify = createIdentify(db, () => now);
  const make = async (name: string, expiresAt?: Date) => (await createApiKey(db, { name, scopes: ["*"], ...(expiresAt ? { expiresAt } : {}) })).key;
  const [lasting, ending, unseen] = [await make("lasting"), await make("ending", new Date(now + 5 * minute)), await make("unseen")];
  await Promise.all([identify(lasting), identify(ending)]);

  await link[Symbol.asyncDispose]();
  now += 4 * minute;
  expect(await identify(lasting)).toMatchObject({ name: "lasting" });
  expect(await identify(ending)).toMatchObject({ name: "ending" });
  await expect(async () => identify(unseen)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  now += 2 * minute;
  await expect(async () => identify(ending)).rejects.toMatchObject({ status: 401 });
  now += 5 * minute;
  await expect(async () => identify(lasting)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a key that is revoked is not good for another moment once it has been looked up again", async () => {
  await using database = await testDatabase();
  await using db = createDb({ url: database.url });
  await migrate(db);
  let now = Date.now();
  const identify = createIdentify(db, () => now);
  const { id, key } = await createApiKey(db, { name: "short", scopes: ["*"] });
  await identify(key);
  await revokeApiKey(db, id);
  now += 60 * minute;
  await expect(async () => identify(key)).rejects.toMatchObject({ status: 401 });
});
