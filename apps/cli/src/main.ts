#!/usr/bin/env node
import { PayloadInvalid, TimingRefused } from "@caretaker/engine";
import { runProgram } from "@caretaker/service";
import { Command, CommanderError } from "commander";
import { addAnalytics } from "./commands/analytics.ts";
import { addArchive } from "./commands/archive.ts";
import { addCleanup } from "./commands/cleanup.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addImport } from "./commands/import.ts";
import { addJobs } from "./commands/jobs.ts";
import { addKeys } from "./commands/keys.ts";
import { addMessages } from "./commands/messages.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addRestore } from "./commands/restore.ts";
import { addRuns } from "./commands/runs.ts";
import { addSchedules } from "./commands/schedules.ts";
import { addWarmup } from "./commands/warmup.ts";

const usageError = 2;

const program = new Command("caretaker")
  .description("Keeps caches warm, tables clean, history archived and numbers current.")
  .addHelpText(
    "after",
    "\nSettings are environment variables: DATABASE_URL, REDIS_URL and others; .env.example explains them.\nExit codes: 0 done, 1 failed, 2 usage.",
  )
  .showHelpAfterError("(add --help for what this command takes)")
  .exitOverride();
for (const add of [
  addMigrate,
  addKeys,
  addImport,
  addWarmup,
  addCleanup,
  addArchive,
  addAnalytics,
  addRestore,
  addJobs,
  addMessages,
  addRuns,
  addSchedules,
  addDoctor,
])
  add(program);

await runProgram(async () => {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : usageError;
    else if (error instanceof PayloadInvalid || error instanceof TimingRefused) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = usageError;
    } else throw error;
  }
});
process.exit();
