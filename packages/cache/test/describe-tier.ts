import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { defineEntry } from "../src/entry.ts";
import type { OpenCaches } from "./open-caches.ts";
import { gate, type ProbeTimes, probe } from "./probe.ts";

/** A place for values: where the servers are, and what an entry declares to be kept there. */
export interface Tier extends Pick<ProbeTimes, "tiers"> {
  /** Opens caches that keep values in this tier and in no other. */
  readonly start: () => Promise<{ open: () => OpenCaches } & AsyncDisposable>;
  /** What a reading from it says. */
  readonly source: "l1" | "l2";
}

const [a, b, c] = [{ id: "a" }, { id: "b" }, { id: "c" }] as const;
const away = new Error("database is away");

/** What every tier does. */
export function describeTier(name: string, { start, source, tiers }: Tier): void {
  describe(`${name} as a tier`, () => {
    let started: Awaited<ReturnType<Tier["start"]>>;
    beforeAll(async () => {
      started = await start();
    });
    afterAll(() => started[Symbol.asyncDispose]());

    /** A cache over this tier alone, with a clock that the test sets forward, and an entry. */
    async function bed<Value = string>(facts: Parameters<typeof probe<Value>>[0] = {}) {
      const caches = started.open();
      const time = { now: Date.now() };
      const memory = tiers ? {} : { maxBytes: 1 };
      const cache = await caches.open({ clock: () => time.now, random: () => 0, memory });
      return { cache, time, ...probe<Value>({ ...facts, ...(tiers ? { tiers } : {}) }), [Symbol.asyncDispose]: () => caches[Symbol.asyncDispose]() };
    }

    test("it keeps what was loaded for its ttl", async () => {
      await using on = await bed({ ttl: "10m" });
      expect(await on.cache.get(on.entry, a)).toMatchObject({ value: "a 1", source: "miss" });
      on.time.now += 599_999;
      expect(await on.cache.get(on.entry, a)).toMatchObject({ value: "a 1", source });
      on.time.now += 1;
      expect(await on.cache.get(on.entry, a)).toMatchObject({ value: "a 2", source: "miss" });
    });

    test("nothing is a value, and that there is no such thing is kept for emptyTtl", async () => {
      for (const nothing of [null, 0, "", false, []]) {
        await using on = await bed<unknown>({ value: z.unknown(), emptyTtl: "7s" });
        on.answer.mockResolvedValue(nothing);
        await on.cache.get(on.entry, a);
        on.time.now += 6_999;
        expect(await on.cache.get(on.entry, a)).toMatchObject({ value: nothing, source });
        on.time.now += 1;
        expect((await on.cache.get(on.entry, a)).source).toBe(nothing === null ? "miss" : source);
      }
    });

    test("many values come in order, and those that are missing from one load; concurrent readers share it", async () => {
      await using on = await bed();
      await on.cache.get(on.entry, b);
      const readings = Promise.all([on.cache.getMany(on.entry, [a, b, c]), on.cache.get(on.entry, c)]);
      expect(await readings).toMatchObject([["a 2", "b 1", "c 3"], { value: "c 3" }]);
      expect(on.load.mock.calls).toEqual([[[b]], [[a, c]]]);
    });

    test("an expired value stands in for a failed load within its grace, and an invalidated one never", async () => {
      await using on = await bed({ ttl: "10s", grace: "10s" });
      await on.cache.getMany(on.entry, [a, b]);
      on.answer.mockRejectedValue(away);
      on.time.now += 10_000;
      expect(await on.cache.get(on.entry, a)).toMatchObject({ value: "a 1", source: "stale" });
      await on.cache.invalidate(["thing:b"]);
      await expect(on.cache.get(on.entry, b)).rejects.toMatchObject({ code: "LOAD_FAILED", cause: away });
      on.time.now += 10_000;
      await expect(on.cache.get(on.entry, a)).rejects.toMatchObject({ code: "LOAD_FAILED" });
    });

    test("a failed load, and a value that does not fit its schema, are not kept", async () => {
      await using on = await bed();
      on.answer.mockRejectedValueOnce(away).mockResolvedValueOnce(7 as unknown as string);
      await expect(on.cache.get(on.entry, a)).rejects.toThrow(away.message);
      await expect(on.cache.get(on.entry, a)).rejects.toMatchObject({ code: "LOAD_FAILED" });
      expect((await on.cache.get(on.entry, a)).value).toBe("a 1");
    });

    test("only what its schema knows of a value is kept", async () => {
      await using on = await bed<{ name: string }>({ value: z.object({ name: z.string() }) });
      on.answer.mockResolvedValue({ name: "Ada", password: "secret" } as { name: string });
      for (let read = 0; read < 2; read++) expect((await on.cache.get(on.entry, a)).value).toEqual({ name: "Ada" });
    });

    test("values are set, found and deleted", async () => {
      await using on = await bed();
      const values = [a, b, c].map((params) => ({ params, value: `set ${params.id}` }));
      expect(await on.cache.setMany(on.entry, values)).toEqual({ written: 3, fenced: 0 });
      expect(await on.cache.set(on.entry, c, async () => "computed")).toBe(true);
      expect(await on.cache.getMany(on.entry, [a, b, c])).toEqual(["set a", "set b", "computed"]);
      await on.cache.delete(on.entry, a);
      await on.cache.deleteMany(on.entry, [b]);
      expect(await Promise.all([a, b, c].map((params) => on.cache.exists(on.entry, params)))).toEqual([false, false, true]);
    });

    test("values are deleted by a pattern of their keys", async () => {
      await using on = await bed();
      const other = probe(tiers ? { tiers } : {});
      await on.cache.getMany(on.entry, [a, b, c]);
      await on.cache.getMany(other.entry, [a]);
      await on.cache.deletePattern(`${on.entry.name}:[ab]`);
      expect(await Promise.all([a, b, c].map((params) => on.cache.exists(on.entry, params)))).toEqual([false, false, true]);
      expect(await on.cache.exists(other.entry, a)).toBe(true);
    });

    test("each of several tags, and the namespace, drops a value", async () => {
      await using on = await bed();
      let loads = 0;
      const entry = defineEntry({
        name: "progress",
        key: "user:{user}:course:{course}",
        params: z.object({ user: z.number(), course: z.number() }),
        value: z.number(),
        ttl: "1h",
        namespace: "learning",
        ...(tiers ? { tiers } : {}),
        tags: ({ user, course }) => [`user:${user}`, `course:${course}`],
        load: async (_params, _context: object) => ++loads,
      });
      const read = async () => (await on.cache.get(entry, { user: 1, course: 2 })).value;
      const drops = [() => on.cache.invalidate(["user:1"]), () => on.cache.invalidate(["x", "course:2"]), () => on.cache.clear("learning")];
      for (const [times, drop] of drops.entries()) {
        expect([await read(), await read()]).toEqual([times + 1, times + 1]);
        await drop();
      }
      await on.cache.invalidate(["user:2", "course:1"]);
      expect([await read(), await read()]).toEqual([4, 4]);
    });

    test("what is invalidated while it is loaded, set or warmed is not kept", async () => {
      await using on = await bed();
      const { cache, entry, answer } = on;
      const ways = [
        () => cache.get(entry, a),
        () => cache.getMany(entry, [a]),
        () => cache.get(entry, a, { bypass: true }),
        () => cache.set(entry, a, () => answer(a)),
        () => cache.warm(entry, [a], { force: true }),
      ];
      for (const way of ways) {
        const older = gate<string>();
        answer.mockImplementationOnce(older.load);
        const coming = way();
        await older.begun;
        await cache.invalidate(["thing:a"]);
        older.open("older");
        await coming;
        expect(await cache.exists(entry, a)).toBe(false);
      }
    });

    test("a warm-up loads what is not fresh, or everything", async () => {
      await using on = await bed();
      await on.cache.get(on.entry, a);
      expect(await on.cache.warm(on.entry, [a, b])).toMatchObject({ targets: 2, fresh: 1, written: 1 });
      expect(await on.cache.warm(on.entry, [a, b], { force: true })).toMatchObject({ targets: 2, fresh: 0, written: 2 });
      expect(on.load.mock.calls).toEqual([[[a]], [[b]], [[a, b]]]);
      expect(await on.cache.get(on.entry, b)).toMatchObject({ value: "b 4", source });
    });

    test("a bypass leaves the fresh value behind, also when a slower read ends after it", async () => {
      await using on = await bed();
      const older = gate<string>();
      on.answer.mockImplementationOnce(older.load);
      const slow = on.cache.get(on.entry, a);
      await older.begun;
      expect(await on.cache.get(on.entry, a, { bypass: true })).toMatchObject({ value: "a 1", source: "bypass" });
      older.open("older");
      expect((await slow).value).toBe("older");
      expect(await on.cache.get(on.entry, a)).toMatchObject({ value: "a 1", source });
    });

    test("a wrapped function is called once for each set of parameters", async () => {
      await using on = await bed();
      const fn = vi.fn(async ({ id }: { id: string }) => id.toUpperCase());
      const facts = { name: "upper", key: "upper:{id}", params: z.object({ id: z.string() }), value: z.string() } as const;
      const upper = on.cache.wrap(tiers ? { ...facts, tiers } : facts, fn);
      expect([await upper(a), await upper(a), await upper(b)]).toEqual(["A", "A", "B"]);
      await on.cache.invalidate(["upper:a"]);
      expect([await upper(a), await upper(b)]).toEqual(["A", "B"]);
      expect(fn.mock.calls.map(([params]) => params)).toEqual([a, b, a]);
    });
  });
}
