import { createDomains } from "@caretaker/domains";
import { type Check, createEngine } from "@caretaker/engine";
import { engineOptions } from "@caretaker/service";
import type { Command } from "commander";
import { readEnv } from "../env.ts";
import { print } from "../print.ts";

const marks: Record<Check["state"], string> = { ok: "ok  ", warning: "warn", failed: "FAIL", fatal: "FAIL" };

/** `caretaker doctor` */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look at settings, PostgreSQL, migrations, Redis, clocks, change capture and indexes, and say what to do")
    .option("--json", "print the checks as JSON")
    .action(async (options: { json?: boolean }) => {
      const env = readEnv();
      await using engine = createEngine({ ...engineOptions(env), domains: createDomains(env), role: "producer" });
      const found = [...(await engine.check()), await engine.checkClocks()];
      const isMigrated = found.some(({ name, state }) => name === "migrations" && state === "ok");
      const checks = isMigrated ? [...found, await engine.checkCapture(), await engine.checkIndexes()] : found;
      if (checks.some(({ state }) => state === "failed" || state === "fatal")) process.exitCode = 1;
      print({ checks }, options, () => checks.map(lineOf).join("\n"));
    });
}

const lineOf = ({ name, state, detail, advice }: Check) => `${marks[state]}  ${name}: ${detail}${advice ? `\n      what to do: ${advice}` : ""}`;
