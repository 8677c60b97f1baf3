import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { oneArena } from "./env.ts";
import { workerFlags } from "./worker-flags.ts";

const rootFile = (name: string) => readFile(new URL(`../../../${name}`, import.meta.url), "utf8");

test("the image and `npm run worker` run workers as `npm start` does", async () => {
  const arena = Object.entries(oneArena).map(([name, value]) => `${name}=${value}`)[0];
  expect(JSON.parse(await rootFile("package.json")).scripts.worker).toBe(`${arena} exec node ${workerFlags.join(" ")} apps/worker/src/main.ts`);
  const image = await rootFile("Dockerfile");
  expect(image).toContain(`\nENV ${arena}\n`);
  expect(JSON.parse(/^CMD (.*)$/m.exec(image)?.[1] ?? "")).toEqual([...workerFlags, "apps/worker/src/main.ts"]);
});
