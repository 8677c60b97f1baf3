import { Command } from "commander";
import { addAnalytics } from "./commands/analytics.ts";
import { addArchive } from "./commands/archive.ts";
import { addCleanup } from "./commands/cleanup.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addImport } from "./commands/import.ts";
import { addJobs } from "./commands/jobs.ts";
import { addKeys } from "./commands/keys.ts";
import { addMessages } from "./commands/messages.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addQueues } from "./commands/queues.ts";
import { addRestore } from "./commands/restore.ts";
import { addRuns } from "./commands/runs.ts";
import { addSchedules } from "./commands/schedules.ts";
import { addWarmup } from "./commands/warmup.ts";

const commands = [
  ...[addMigrate, addKeys, addImport, addWarmup, addCleanup, addArchive, addAnalytics, addRestore],
  ...[addJobs, addMessages, addQueues, addRuns, addSchedules, addDoctor, addCompletion],
];

/** The command line with all its commands; `onRun` gets the one that is about to run. Wrong uses are thrown. */
export function createProgram(onRun: (command: Command) => void = () => {}): Command {
  const program = new Command("caretaker")
    .description("Keeps caches warm, tables clean, history archived and numbers current.")
    .addHelpText(
      "after",
      "\nSettings are environment variables: DATABASE_URL, REDIS_URL and others; .env.example explains them.\nExit codes: 0 done, 1 failed, 2 usage.",
    )
    .showHelpAfterError("(add --help for what this command takes)")
    .exitOverride()
    .hook("preAction", (_program, command) => onRun(command));
  for (const add of commands) add(program);
  return program;
}
