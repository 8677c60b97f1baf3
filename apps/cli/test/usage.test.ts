import { CommanderError } from "commander";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createProgram } from "../src/program.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let cli: CommandLine;
beforeAll(async () => {
  cli = await commandLine();
});
afterAll(() => cli?.[Symbol.asyncDispose]());
beforeEach(() => {
  const silent = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return () => silent.mockRestore();
});

test.each([
  [["nonsense"]],
  [["warmup"]],
  [["warmup", "learning", "--days-active", "many"]],
  [["warmup", "learning", "--all", "--days-active", "3"]],
  [["archive", "learning", "--archive-older-than", "soon"]],
  [["analytics", "learning", "--from", "2026-02-30"]],
  [["restore"]],
  [["keys", "create", "--name", "x", "--scopes", "everything!"]],
  [["jobs", "get", "nowhere", "1"]],
  [["runs", "list", "--outcome", "odd"]],
  [["runs", "list", "--from", "yesterday"]],
  [["schedules", "preview"]],
  [["schedules", "create", "learning.x", "--queue", "warmup", "--every", "often"]],
  [["schedules", "set", "learning.x"]],
  [["jobs"]],
  [["queues", "explode"]],
  [["jobs", "cancel", "1"]],
  [["jobs", "cancel", "nowhere", "1"]],
  [["jobs", "retry", "warmup"]],
  [["jobs", "retry", "warmup", "1", "--all"]],
  [["jobs", "failed", "warmup", "--since", "yesterday"]],
  [["messages", "publish", "admin.alert", "{"]],
])("%j is refused as it is written", async (args) => {
  const refused = await createProgram()
    .parseAsync(args, { from: "user" })
    .catch((error) => error);
  expect(refused).toBeInstanceOf(CommanderError);
  expect(refused.exitCode).toBe(1);
});

test.each([
  [["nonsense"], "unknown command"],
  [["warmup", "nowhere"], "domain"],
  [["warmup", "learning", "--entries", "nope"], "entries.0"],
  [["cleanup", "learning", "--rules", "nope"], "rules.0"],
  [["archive", "learning", "--batch-size", "0"], "batchSize"],
  [["runs", "list", "--text", "..."], "no word to look for"],
  [["schedules", "preview", "--pattern", "61 * * * *"], "61"],
  [["schedules", "create", "learning.x", "--queue", "warmup", "--every", "5s"], "10 s"],
  [["schedules", "create", "X", "--queue", "warmup", "--every", "1h"], "id"],
  [["messages", "publish", "admin.alert", "{}"], "message.title"],
])("%j is a wrong use: 2, and why", async (args, why) => {
  expect(await cli.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
});

test("help is on stdout and no failure", async () => {
  expect(await cli.run(["keys", "create", "--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: caretaker keys create") });
});
