import { exec } from "node:child_process";
import { randomUUID } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { createApiKey, createDb } from "@caretaker/engine";
import { freePort, startChild } from "@caretaker/stack";
import { testDatabase, testRedisUrl } from "@caretaker/stack/testing";
import { expect, test, vi } from "vitest";
import { copyRepository } from "./guide/copy-repository.ts";
import { applyDiff, type Block, readBlocks } from "./guide/read-blocks.ts";

const guide = "docs/add-a-domain.md";
const withinMs = 300_000;

test("who follows the guide to the letter has a domain that is sound, and warms it", { timeout: withinMs }, async () => {
  await using database = await testDatabase();
  const settings = {
    DATABASE_URL: database.url,
    ...{ REDIS_URL: testRedisUrl(), QUEUE_PREFIX: `{${randomUUID()}}`, CACHE_PREFIX: randomUUID() },
    ...{ WORKER_PORT: "0", LOG_LEVEL: "fatal" },
  };
  await using programs = new AsyncDisposableStack();
  const copy = copyRepository();
  const printed = new Map<string, string>();
  const act = async (block: Block) => {
    if (block.kind === "file") write(placeOf(copy, block.path), block.text);
    else if (block.kind === "diff") write(join(copy, block.path), applyDiff(readFileSync(join(copy, block.path), "utf8"), block.text));
    else if (block.kind === "program") for (const line of block.lines) programs.use(startProgram(copy, line, settings));
    else for (const line of block.lines) printed.set(line, await run(copy, line, settings));
  };
  for (const block of readBlocks(readFileSync(join(copy, guide), "utf8"))) await act(block);

  expect(printed.get('npx vitest run --project unit test/shop.test.ts test/every-domain.test.ts -t "domain shop"')).toMatch(/Tests +7 passed/);
  expect(printed.get("npm run cli -- warmup shop --all --wait")).toMatch(/failed +0/);
  expect(printed.get("npm run cli -- schedules list")).toContain("shop.warm-active");
  const api = await startApi(programs, copy, settings);
  expect(await api.text("/v1/entries/shop/customer?customerId=7")).toContain('{"value":{"orders":0,"total":0}');
  expect(await api.text("/metrics")).toContain('entry="shop.customer"');
  const payload = /"const":"shop".*?"enum":\[.*?\]/.exec(await api.text("/openapi.json"))?.[0];
  expect(payload).toContain('"enum":["product","customer"]');
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A path of the guide; one with a star is that of the one file which a command has made. */
function placeOf(copy: string, path: string): string {
  if (!path.includes("*")) return join(copy, path);
  const [found, ...more] = globSync(path, { cwd: copy });
  if (!found || more.length > 0) throw new Error(`${path} is not one file`);
  return join(copy, found);
}

/** Types a command in the copy; resolves to what it prints. Throws with that if it fails. */
async function run(cwd: string, command: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}='${value}'`);
  const { stdout } = await promisify(exec)([...exports, command].join("\n"), { cwd }).catch((error) => {
    throw new Error(`${command}: ${error.stdout}${error.stderr}`);
  });
  return stripVTControlCharacters(stdout);
}

/** Starts the copy's API, with a key that may read. */
async function startApi(programs: AsyncDisposableStack, copy: string, settings: Readonly<Record<string, string>> & { DATABASE_URL: string }) {
  const url = `http://127.0.0.1:${await freePort()}`;
  programs.use(startProgram(copy, "npm run api", { ...settings, API_PORT: new URL(url).port }));
  await using db = createDb({ url: settings.DATABASE_URL });
  const { key } = await createApiKey(db, { name: "guide", scopes: ["entries:read"] });
  const answers = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000 });
  return { text: async (path: string) => (await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${key}` } })).text() };
}

/** Starts what an npm script of the copy runs, as our own child, so that it ends with this process. */
function startProgram(copy: string, command: string, settings: Readonly<Record<string, string>>) {
  const { scripts } = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const words = scripts[command.replace("npm run ", "")]?.split(" ") ?? [];
  const options = words.filter((word) => word.startsWith("--"));
  return startChild([...options, join(copy, words.at(-1) as string)], settings);
}
