import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { once, purgeIdempotencyKeys } from "../src/intake/once.ts";
import { testEngine } from "./test-engine.ts";

let stack: Awaited<ReturnType<typeof testEngine>>;
const caller = randomUUID();
beforeAll(async () => {
  stack = await testEngine();
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const asked = (key: string, fingerprint = "same") => ({ caller, key, fingerprint });
const expire = (column: string, key: string) =>
  stack.query(`update idempotency_keys set ${column} = now() - interval '1 second' where key = $1`, [key]);

test("a request that is repeated gets the first answer and is not done again", async () => {
  let done = 0;
  const work = async () => ({ n: ++done });
  expect(await once(stack.engine.db, asked("repeat"), work)).toEqual({ n: 1 });
  expect(await once(stack.engine.db, asked("repeat"), work)).toEqual({ n: 1 });
  await expect(once(stack.engine.db, asked("repeat", "other"), work)).rejects.toMatchObject({ code: "KEY_REUSED" });
  expect(await once(stack.engine.db, { ...asked("repeat"), caller: randomUUID() }, work)).toEqual({ n: 2 });
});

test("while the first one is under way, the second is refused", async () => {
  const held = Promise.withResolvers<string>();
  const claimed = Promise.withResolvers<string>();
  const first = once(stack.engine.db, asked("busy"), (id) => {
    claimed.resolve(id);
    return held.promise;
  });
  await claimed.promise;
  await expect(once(stack.engine.db, asked("busy"), async () => "twice")).rejects.toMatchObject({ code: "KEY_IN_USE" });
  held.resolve("first");
  expect(await first).toBe("first");
  expect(await once(stack.engine.db, asked("busy"), async () => "twice")).toBe("first");
});

test("one that failed, or whose process is gone, is done again under the same id", async () => {
  const ids: string[] = [];
  const fail = once(stack.engine.db, asked("fails"), async (id) => {
    ids.push(id);
    throw new Error("no");
  });
  await expect(fail).rejects.toThrow("no");
  const note = async (id: string) => ids.push(id);
  await once(stack.engine.db, asked("fails"), note);
  expect(new Set(ids).size).toBe(1);

  void once(stack.engine.db, asked("gone"), () => new Promise<never>(() => {}));
  await expect.poll(() => stack.query("select from idempotency_keys where key = 'gone'")).toHaveLength(1);
  await expire("locked_until", "gone");
  expect(await once(stack.engine.db, asked("gone"), async () => "taken over")).toBe("taken over");
});

test("a key that has expired begins anew, and is purged", async () => {
  const ids: string[] = [];
  const note = async (id: string) => ids.push(id);
  await once(stack.engine.db, asked("old"), note);
  await expire("expires_at", "old");
  await once(stack.engine.db, asked("old", "other"), note);
  expect(new Set(ids).size).toBe(2);
  await expire("expires_at", "old");
  expect(await purgeIdempotencyKeys(stack.engine.db)).toBe(1);
});
