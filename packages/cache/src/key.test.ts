import { expect, test } from "vitest";
import { compileKey } from "./key.ts";

const keyOf = (template: string, params: object, declared?: string[]) => compileKey<object>(template, declared)(params);

test("placeholders are filled in and other parameters appended in the order of their names", () => {
  expect(keyOf("user:{userId}:daily:{date}", { date: "2014-03-10", userId: 7 })).toBe("user:7:daily:2014-03-10");
  expect(keyOf("user:{userId}", { userId: 7, b: 2, a: 1 })).toBe("user:7?a=1&b=2");
  expect(keyOf("user:{userId}", { a: 1, userId: 7, b: 2 })).toBe("user:7?a=1&b=2");
  expect(keyOf("all", {})).toBe("all");
});

test("what is not declared as a parameter is no part of the key", () => {
  expect(keyOf("user:{userId}", { b: 2, userId: 7, seen: true, a: 1 }, ["userId", "b", "a"])).toBe("user:7?a=1&b=2");
  expect(keyOf("user:{userId}", { userId: 7, seen: true }, ["userId"])).toBe("user:7");
});

test("a parameter without a value is left out", () => {
  expect(keyOf("all", { a: undefined, b: 1 })).toBe("all?b=1");
});

test("different parameters have different keys, whatever is in them", () => {
  const sets = [
    "a:b",
    "a",
    "",
    null,
    "null",
    "%null",
    {},
    "{}",
    "%{}",
    { x: 1 },
    { x: 2 },
    [1, 2],
    "1,2",
    [[1], 2],
    { x: { y: null } },
    "a&b=1",
    "a?b",
  ];
  const keys = sets.map((a) => keyOf("list:{a}", { a }));
  expect(new Set(keys).size).toBe(sets.length);
  expect(keyOf("list", { a: "1", b: "2" })).not.toBe(keyOf("list", { a: "1&b=2" }));
});

test("objects that are equal have equal keys", () => {
  expect(keyOf("list", { filter: { a: 1, b: { c: 2, d: 3 } } })).toBe(keyOf("list", { filter: { b: { d: 3, c: 2 }, a: 1 } }));
});

test("no parameter can open or close a Redis Cluster hash tag", () => {
  expect(keyOf("user:{id}", { id: "}{*" })).toBe("user:%7d%7b%2a");
});
