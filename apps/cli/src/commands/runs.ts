import { queueName, type RunSearch, runOutcome } from "@caretaker/contracts";
import { SearchRefused } from "@caretaker/engine";
import { type Command, InvalidArgumentError, Option } from "commander";
import { openEngine } from "../open-engine.ts";
import { columns, print } from "../print.ts";
import { readInstant } from "../read-instant.ts";

type ListOptions = RunSearch & { json?: boolean };

/** `caretaker runs list` */
export function addRuns(program: Command): void {
  const runs = program.command("runs").description("attempts of jobs that have ended");
  runs
    .command("list", { isDefault: true })
    .description("show runs, the latest first")
    .option("--domain <domain>", "of a domain")
    .addOption(new Option("--queue <queue>", "of a queue").choices(queueName.options))
    .option("--name <name>", "of a job, such as learning.warmup")
    .addOption(new Option("--outcome <outcome>", "that ended so").choices(runOutcome.options))
    .option("--from <instant>", "started at or after it, such as 2026-03-29T12:00:00Z", readInstant)
    .option("--to <instant>", "started before it", readInstant)
    .option("--text <words>", "with these words in the error, the payload or the worker's name")
    .option("--limit <runs>", "so many: 1 to 500", readLimit, 50)
    .option("--after <page>", 'the "next" that the page before has in its JSON')
    .option("--json", "print them as JSON")
    .action(async ({ json, ...search }: ListOptions) => {
      await using engine = await openEngine(["postgres", "migrations"]);
      const page = await engine.searchRuns(search).catch(asUsage);
      print(page, json ? { json } : {}, () =>
        columns(
          ["started", "took", "name", "attempt", "outcome", "job", "error"],
          page.runs.map((run) => [
            run.startedAt,
            `${((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000).toFixed(2)} s`,
            ...[run.name, run.attempt, run.outcome, run.jobId, run.error ?? ""],
          ]),
        ),
      );
    });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new InvalidArgumentError("write a number from 1 to 500");
  return limit;
}

function asUsage(error: unknown): never {
  throw error instanceof SearchRefused ? new InvalidArgumentError(error.message) : error;
}
