import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { workerFlags } from "./worker-flags.ts";

const rootFile = (name: string) => readFile(new URL(`../../../${name}`, import.meta.url), "utf8");

test("the image and `npm run worker` run workers as `npm start` does", async () => {
  expect(JSON.parse(await rootFile("package.json")).scripts.worker).toBe(`exec node ${workerFlags.join(" ")} apps/worker/src/main.ts`);
  const [, command = ""] = /^CMD (.*)$/m.exec(await rootFile("Dockerfile")) ?? [];
  expect(JSON.parse(command)).toEqual([...workerFlags, "apps/worker/src/main.ts"]);
});
