import { expect, test } from "vitest";
import { type GroupOptions, inGroups } from "./in-groups.ts";

interface Group {
  readonly items: number[];
  readonly done: PromiseWithResolvers<string[]>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function departures(options?: GroupOptions) {
  const groups: Group[] = [];
  const one = inGroups<number, string>((items) => {
    const group = { items, done: Promise.withResolvers<string[]>() };
    groups.push(group);
    return group.done.promise;
  }, options);
  const groupsOf = () => groups.map(({ items }) => items);
  return { one, groups, groupsOf };
}

test("what is asked for in one turn is one group, each item with a result of its own", async () => {
  const { one, groups, groupsOf } = departures();
  const results = [1, 2, 3].map(one);
  await turn();
  expect(groupsOf()).toEqual([[1, 2, 3]]);
  groups[0]?.done.resolve(["one", "two", "three"]);
  expect(await Promise.all(results)).toEqual(["one", "two", "three"]);
});

test("two groups are under way at once; what comes meanwhile leaves together when one of them is done", async () => {
  const { one, groups, groupsOf } = departures();
  for (const item of [1, 2, 3, 4]) {
    void one(item);
    await turn();
  }
  expect(groupsOf()).toEqual([[1], [2]]);
  groups[1]?.done.resolve(["two"]);
  await turn();
  await turn();
  expect(groupsOf()).toEqual([[1], [2], [3, 4]]);
});

test("a full group leaves at once, unless enough are under way", async () => {
  const { one, groups, groupsOf } = departures({ atOnce: 2, full: 2 });
  for (const item of [1, 2, 3, 4, 5, 6]) void one(item);
  expect(groupsOf()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  await turn();
  expect(groupsOf()).toHaveLength(2);
  groups[0]?.done.resolve(["one", "two"]);
  await turn();
  expect(groupsOf()[2]).toEqual([5, 6]);
});

test("a group that fails fails all its items, and those of no other", async () => {
  const { one, groups } = departures();
  const [first, second] = [one(1), one(2)];
  await turn();
  const third = one(3);
  await turn();
  groups[0]?.done.reject(new Error("Redis is away"));
  await expect(first).rejects.toThrow("Redis is away");
  await expect(second).rejects.toThrow("Redis is away");
  groups[1]?.done.resolve(["three"]);
  expect(await third).toBe("three");
});
