import { chmodSync, cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keptFolder } from "./kept-folder.ts";
import { startPostgres } from "./postgres.ts";

const isRoot = process.getuid?.() === 0;

function checkout(mode: number): string {
  const dir = mkdtempSync(join(tmpdir(), "caretaker-checkout-"));
  chmodSync(dir, mode);
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, ".data");
}

function removedAfter(folder: string): string {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("data is kept in an open checkout itself", () => {
  const dataDir = checkout(0o755);
  expect(keptFolder(dataDir)).toBe(dataDir);
});

test.runIf(isRoot)("root's closed checkout gets a folder outside that PostgreSQL can reach, the same one each time", async () => {
  const dataDir = checkout(0o700);
  const folder = removedAfter(keptFolder(dataDir));
  expect(dirname(folder)).toBe("/var/tmp");
  await using _postgres = await startPostgres({ dir: join(folder, "postgres"), throwaway: true });
  expect(readFileSync(join(dataDir, "postgres/PG_VERSION"), "utf8")).toBe("18\n");
  expect(keptFolder(dataDir)).toBe(folder);
});

test.runIf(isRoot)("a new checkout in the place of an old one starts afresh", () => {
  const dataDir = checkout(0o700);
  const old = removedAfter(keptFolder(dataDir));
  rmSync(dataDir, { recursive: true });
  expect(removedAfter(keptFolder(dataDir))).not.toBe(old);
});

test.runIf(isRoot)("a copy of a checkout does not share its data", () => {
  const dataDir = checkout(0o700);
  const folder = removedAfter(keptFolder(dataDir));
  const copy = checkout(0o755);
  cpSync(dataDir, copy, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(copy, "demo-key"), "kept");
  expect(keptFolder(copy)).toBe(copy);
  expect(lstatSync(join(dataDir, "postgres")).isSymbolicLink()).toBe(true);
  expect(folder).not.toBe(copy);
});
