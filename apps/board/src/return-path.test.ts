import { expect, test } from "vitest";
import { returnPath } from "./return-path.ts";

test("signing in leads back to a path of this board", () => {
  expect(returnPath("/queue/warmup?status=failed")).toBe("/queue/warmup?status=failed");
});

test.each([
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/..//evil.example",
  "javascript:alert(1)",
  "http://",
  undefined,
  ["/a", "/b"],
])("%s leads to the start", (wanted) => {
  expect(returnPath(wanted)).toBe("/");
});
