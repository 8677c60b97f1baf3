import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { completionScript } from "./completion-script.ts";
import { createProgram } from "./program.ts";

const program = createProgram();
const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _caretaker; printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What bash completes after these words, with the script loaded. */
function completed(...words: string[]): string[] {
  const script = `${completionScript(program, "bash")}\n${ask}`;
  return execFileSync("bash", ["-c", script, "bash", "caretaker", ...words], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
}

test("bash completes commands, those of aliases too, options and their values", () => {
  expect(completed("arch")).toEqual(["archive"]);
  expect(completed("schedules", "pr")).toEqual(["preview"]);
  expect(completed("schedules", "rm", "--j")).toEqual(["--json"]);
  expect(completed("jobs", "failed", "a")).toEqual(["archive", "analytics"]);
  expect(completed("jobs", "get", "cl")).toEqual(["cleanup"]);
  expect(completed("completion", "")).toEqual(["bash", "zsh", "fish", "--help"]);
});

test.each(["zsh", "fish"] as const)("the script for %s has every command, and the shell reads it where it is installed", (shell) => {
  const script = completionScript(program, shell);
  expect(script).toContain("'caretaker schedules preview'");
  const { status, error, stderr } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
  if (!error) expect([status, stderr]).toEqual([0, ""]);
});

test("every command and every option says what it is for", () => {
  const all = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)];
  for (const command of all) {
    expect([command.name(), command.description()]).toEqual([command.name(), expect.stringMatching(/\w/)]);
    for (const { flags, description } of command.options)
      expect([command.name(), flags, description]).toEqual([command.name(), flags, expect.stringMatching(/\w/)]);
    expect(command.helpInformation()).toContain("--help");
  }
});
