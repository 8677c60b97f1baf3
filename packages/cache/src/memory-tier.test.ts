import { expect, test } from "vitest";
import { z } from "zod";
import { defineEntry } from "./entry.ts";
import { MemoryTier } from "./memory-tier.ts";

interface Params {
  id: string | number;
  list?: readonly string[] | undefined;
}

const entry = defineEntry({
  name: "thing",
  key: "thing:{id}",
  params: z.object({ id: z.union([z.string(), z.number()]), list: z.array(z.string()).readonly().optional() }) as unknown as z.ZodType<Params>,
  value: z.string(),
  load: async (_params: Params, _context: object) => "",
});
const value = (length: number, text = "x") => ({ value: text, cachedAt: 0, expiresAt: 3_600_000, length });

function open(limits = {}) {
  const memory = new MemoryTier({ maxEntries: 1_000, maxBytes: 1_000_000, ...limits }, () => 0);
  return {
    memory,
    set: (params: Params, kept = value(1), tags: string[] = []) => memory.set(entry, params, entry.keyOf(params), kept, tags),
    get: (params: Params) => memory.getValue(entry, params)?.value,
  };
}

test("memory is bounded by bytes, and what it drops is what was used longest ago", () => {
  const { memory, set, get } = open({ maxBytes: 12_000 });
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) set({ id }, value(1_000), [id]);
  expect(get({ id: "a" })).toBe("x");
  set({ id: "e" }, value(1_000));
  expect(memory.bytes).toBeLessThanOrEqual(12_000);
  expect([...ids, "e"].filter((id) => get({ id }))).toEqual(["a", "c", "d", "e"]);
});

test("memory is bounded by entries, and tags of what it dropped are forgotten", () => {
  const { memory, set } = open({ maxEntries: 3 });
  for (let id = 0; id < 100; id++) set({ id }, value(1), [`tag:${id}`, "all"]);
  expect(memory.tags).toBe(4);
  memory.dropTags(["all"]);
  expect([memory.tags, memory.bytes]).toEqual([0, 0]);
});

test("a value that is larger than memory is not kept, nor its tags", () => {
  const { memory, set, get } = open({ maxBytes: 1_000 });
  set({ id: "a" }, value(1_000), ["tag"]);
  expect([get({ id: "a" }), memory.tags]).toEqual([undefined, 0]);
});

test("a value that replaces another has its own tags", () => {
  const { memory, set, get } = open();
  set({ id: "a" }, value(1), ["old"]);
  set({ id: "a" }, value(1, "new"), ["new"]);
  memory.dropTags(["old"]);
  expect(get({ id: "a" })).toBe("new");
  memory.dropTags(["new"]);
  expect(get({ id: "a" })).toBeUndefined();
});

test("sets of parameters that share a key share a value, and no others", () => {
  const { memory, set, get } = open();
  set({ id: 7 }, value(1, "seven"));
  expect([get({ id: "7" }), get({ id: 7, list: undefined })]).toEqual(["seven", "seven"]);
  expect([get({ id: 7.5 }), get({ id: 8 }), get({ id: 7, list: [] })]).toEqual([undefined, undefined, undefined]);
  set({ id: "7" }, value(1, "text"));
  expect(get({ id: 7 })).toBe("text");
  memory.delete([entry.keyOf({ id: 7 })]);
  expect([get({ id: 7 }), get({ id: "7" })]).toEqual([undefined, undefined]);
});

test("a list that has changed since is another parameter", () => {
  const { set, get } = open();
  const list = ["a"];
  set({ id: 1, list }, value(1, "of a"));
  expect(get({ id: 1, list: ["a"] })).toBe("of a");
  list.push("b");
  expect(get({ id: 1, list })).toBeUndefined();
});

test("an entry declared anew finds what was kept of it, and other entries don't", () => {
  const { memory, set } = open();
  set({ id: 1 }, value(1, "kept"));
  expect(memory.getValue({ ...entry }, { id: 1 })?.value).toBe("kept");
  expect(memory.getValue({ ...entry, name: "other" }, { id: 1 })).toBeUndefined();
});

test("sets of parameters that share a hash keep their own values", () => {
  const { memory, set, get } = open();
  const first = new Map<number, string>();
  const twins = Array.from({ length: 1_000_000 }, (_, index) => `id ${index}`).flatMap((id) => {
    const hash = entry.hashOf({ id });
    const twin = first.get(hash);
    first.set(hash, id);
    return twin === undefined ? [] : [[twin, id] as const];
  });
  expect(twins.length).toBeGreaterThan(10);
  for (const [a, b] of twins.slice(0, 10)) {
    set({ id: a }, value(1, a));
    set({ id: b }, value(1, b));
    expect([get({ id: a }), get({ id: b }), get({ id: a })]).toEqual([a, b, a]);
    memory.delete([entry.keyOf({ id: b })]);
    expect([get({ id: a }), get({ id: b })]).toEqual([a, undefined]);
  }
});
