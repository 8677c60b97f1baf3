import { instant, type QueueName } from "@caretaker/contracts";
import type { DeadLetter, Engine } from "@caretaker/engine";
import { type Command, InvalidArgumentError, Option } from "commander";
import { NoSuchJob } from "../no-such-job.ts";
import { openEngine } from "../open-engine.ts";
import { print } from "../print.ts";
import { queueArgument } from "../queue-argument.ts";
import { wholeNumber } from "../whole-number.ts";

interface FilterOptions {
  name?: string;
  error?: string;
  since?: Date;
  until?: Date;
  limit?: number;
  all?: boolean;
  json?: boolean;
}

/** `caretaker jobs failed|retry QUEUE …` */
export function addDeadLetters(jobs: Command): void {
  withFilter(jobs.command("failed").description("list jobs that have used up their attempts, latest first"))
    .addOption(new Option("--limit <jobs>", "at most so many").default(50).argParser(wholeNumber))
    .action(async (queue: QueueName, options: FilterOptions) => {
      await using engine = await openEngine(["queue redis"]);
      const failed: DeadLetter[] = [];
      for await (const job of engine.deadLetters(queue, filterOf(options))) failed.push(job);
      print(
        { failed },
        options,
        () => failed.map((job) => `${job.finishedAt}  ${job.name}  ${job.id}  ${job.error}`).join("\n") || "none has failed",
      );
    });
  withFilter(jobs.command("retry").alias("redrive").description("put a failed or cancelled job back to wait, or with --all those that have failed"))
    .argument("[id]", "its id")
    .option("--all", "all that match, instead of one")
    .action(async (queue: QueueName, id: string | undefined, options: FilterOptions, command: Command) => {
      if ((id === undefined) === !options.all) command.error("error: name one job by its id, or --all");
      await using engine = await openEngine(["queue redis"]);
      const retried = id === undefined ? await engine.redrive(queue, filterOf(options)) : await retryOne(engine, queue, id);
      print({ retried }, options, () => `${retried} ${retried === 1 ? "job waits" : "jobs wait"} again`);
    });
}

async function retryOne(engine: Engine, queue: QueueName, id: string): Promise<number> {
  if (!(await engine.retryJob(queue, id))) throw new NoSuchJob(queue, id);
  return 1;
}

const withFilter = (command: Command) =>
  command
    .addArgument(queueArgument())
    .option("--name <job>", "only jobs of this name, such as learning.warmup")
    .option("--error <text>", "only those whose error contains this")
    .option("--since <instant>", "only those that failed since then", readInstant)
    .option("--until <instant>", "only those that failed before then", readInstant)
    .option("--json", "print it as JSON");

const filterOf = ({ name, error, since, until, limit }: FilterOptions) => ({ name, error, from: since, to: until, limit });

function readInstant(text: string): Date {
  const parsed = instant.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("not an instant such as 2026-03-29T12:00:00Z");
  return new Date(parsed.data);
}
