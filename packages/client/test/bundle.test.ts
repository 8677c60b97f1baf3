import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";

test("the client is made of its own files alone, and smaller than 15 kB minified", async () => {
  const { text, files } = await bundle();
  expect(files.filter((file) => !file.includes("packages/client/src/") && !file.startsWith("src/"))).toEqual([]);
  expect(Buffer.byteLength(text)).toBeLessThan(15_000);
});
