import { expect, test } from "vitest";
import { nameOf, Tally } from "./tally.ts";

function tallyOf(names: readonly (string | null)[]): Tally {
  const tally = new Tally();
  for (const name of names) tally.add(name);
  return tally;
}

test.each([3, 15, 16, 17, 40])("%i names are counted, each by itself", (many) => {
  const names = Array.from({ length: many }, (_, index) => `name ${index}`);
  const tally = tallyOf([...names, null, ...names, "name 1"]);
  expect(tally.toObject()).toEqual(Object.fromEntries(names.map((name, index) => [name, index === 1 ? 3 : 2])));
  expect(tally.mostFrequent).toBe("name 1");
});

test("of names that occur equally often the first in code point order is the most frequent", () => {
  expect(tallyOf(["b", "a", "c", "c", "a"]).mostFrequent).toBe("a");
  expect(tallyOf([null]).mostFrequent).toBeNull();
});

test("a name counts as often as is said, and blanks are no names", () => {
  const tally = new Tally();
  tally.add("__proto__", 5);
  tally.add(nameOf("a"), 2);
  for (const blank of [" \n", "", null, undefined]) tally.add(nameOf(blank), 9);
  expect(Object.entries(tally.toObject())).toEqual([
    ["__proto__", 5],
    ["a", 2],
  ]);
});
