import { expect, test } from "vitest";
import { compileGlob } from "./glob.ts";

test.each([
  ["user:*", "user:7:daily", true],
  ["user:*", "a user:7", false],
  ["user:?", "user:7", true],
  ["user:?", "user:77", false],
  ["user:[78]", "user:8", true],
  ["user:[^78]", "user:8", false],
  ["user:[0-9]", "user:5", true],
  ["a\\*b", "a*b", true],
  ["a\\*b", "axb", false],
  ["a.b(c)+", "a.b(c)+", true],
  ["a.b", "axb", false],
  ["[", "[", true],
])("pattern %s on %s: %s", (pattern, text, expected) => expect(compileGlob(pattern)(text)).toBe(expected));
