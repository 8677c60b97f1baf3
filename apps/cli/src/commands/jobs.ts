import { userInfo } from "node:os";
import { instant, type JobView, type QueueName, queueName } from "@caretaker/contracts";
import type { DeadLetter, Engine } from "@caretaker/engine";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { NoSuchJob } from "../no-such-job.ts";
import { openEngine } from "../open-engine.ts";
import { print, table } from "../print.ts";
import { wholeNumber } from "../whole-number.ts";
import { addWatch } from "./watch.ts";

interface CancelOptions {
  queue: QueueName;
  by: string;
  reason?: string;
  json?: boolean;
}

interface FilterOptions {
  queue: QueueName;
  name?: string;
  error?: string;
  since?: Date;
  until?: Date;
  limit?: number;
  all?: boolean;
  json?: boolean;
}

/** `caretaker jobs get|watch|cancel|failed|retry` */
export function addJobs(program: Command): void {
  const jobs = program.command("jobs").description("jobs in the queues");
  jobs
    .command("get")
    .description("show how a job stands")
    .addArgument(new Argument("<queue>", "its queue").choices(queueName.options))
    .argument("<id>", "its id")
    .option("--json", "print it as JSON")
    .action(async (queue, id: string, options: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      const job = await engine.readJob(queue, id);
      if (!job) throw new NoSuchJob(queue, id);
      print(job, options, () => describe(job));
    });
  addWatch(jobs);
  jobs
    .command("cancel")
    .description("cancel a job, wherever it waits or runs")
    .argument("<id>", "its id")
    .addOption(queueOption())
    .option("--reason <text>", "why")
    .option("--by <name>", "who", userInfo().username)
    .option("--json", "print how it stands then as JSON")
    .action(async (id: string, { queue, json, ...who }: CancelOptions) => {
      await using engine = await openEngine(["queue redis"]);
      const job = await engine.cancelJob(queue, id, who);
      if (!job) throw new NoSuchJob(queue, id);
      if (job.state === "active") process.exitCode = 1;
      print(job, { json: json ?? false }, () =>
        job.state === "active" ? `job ${id} was told to stop and has not stopped yet` : `job ${id}: ${job.error}`,
      );
    });
  withFilter(jobs.command("failed").description("list jobs that have used up their attempts, latest first"))
    .addOption(new Option("--limit <jobs>", "at most so many").default(50).argParser(wholeNumber))
    .action(async (options: FilterOptions) => {
      await using engine = await openEngine(["queue redis"]);
      const failed: DeadLetter[] = [];
      for await (const job of engine.deadLetters(options.queue, filterOf(options))) failed.push(job);
      print(
        { failed },
        options,
        () => failed.map((job) => `${job.finishedAt}  ${job.name}  ${job.id}  ${job.error}`).join("\n") || "none has failed",
      );
    });
  withFilter(jobs.command("retry").alias("redrive").description("put a failed or cancelled job back to wait, or with --all those that have failed"))
    .argument("[id]", "its id")
    .option("--all", "all that match, instead of one")
    .action(async (id: string | undefined, options: FilterOptions, command: Command) => {
      if ((id === undefined) === !options.all) command.error("error: name one job by its id, or --all");
      await using engine = await openEngine(["queue redis"]);
      const retried = id === undefined ? await engine.redrive(options.queue, filterOf(options)) : await retryOne(engine, options.queue, id);
      print({ retried }, options, () => `${retried} ${retried === 1 ? "job waits" : "jobs wait"} again`);
    });
}

async function retryOne(engine: Engine, queue: QueueName, id: string): Promise<number> {
  if (!(await engine.retryJob(queue, id))) throw new NoSuchJob(queue, id);
  return 1;
}

const withFilter = (command: Command) =>
  command
    .addOption(queueOption())
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

const queueOption = () => new Option("--queue <name>", "its queue").choices(queueName.options).makeOptionMandatory();

const describe = (job: JobView) =>
  table(Object.entries(job).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
