import { userInfo } from "node:os";
import { CaretakerError, type JobView, type QueueName, queueName } from "@caretaker/contracts";
import { Argument, type Command, Option } from "commander";
import { openEngine } from "../open-engine.ts";
import { print, table } from "../print.ts";

class NoSuchJob extends CaretakerError {
  override readonly code = "NO_SUCH_JOB";

  constructor(queue: string, id: string) {
    super(`queue ${queue} has no job ${id}, or it ended so long ago that Redis has forgotten it`);
  }
}

interface CancelOptions {
  queue: QueueName;
  by: string;
  reason?: string;
  json?: boolean;
}

/** `caretaker jobs get|cancel` */
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
}

const queueOption = () => new Option("--queue <name>", "its queue").choices(queueName.options).makeOptionMandatory();

const describe = (job: JobView) =>
  table(Object.entries(job).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
