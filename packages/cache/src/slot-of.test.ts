import { expect, test } from "vitest";
import { slotOf, slotTag } from "./slot-of.ts";

test("keys share a slot if their tags are the same", () => {
  expect(["x:{tag}:v", "x:{tag}=y:v", "x{}{y}", "{", "x:{a}b}"].map(slotTag)).toEqual(["tag", "tag", "x{}{y}", "{", "a"]);
});

test("a slot is what Redis says it is", () => {
  expect(["123456789", "foo", "x:{foo}:v", "ключ"].map(slotOf)).toEqual([12_739, 12_182, 12_182, 10_303]);
});
