import { userInfo } from "node:os";
import type { JobView, QueueName } from "@caretaker/contracts";
import type { Command } from "commander";
import { NoSuchJob } from "../no-such-job.ts";
import { openEngine } from "../open-engine.ts";
import { print, table } from "../print.ts";
import { queueArgument } from "../queue-argument.ts";
import { addDeadLetters } from "./dead-letters.ts";
import { addWatch } from "./watch.ts";

interface CancelOptions {
  by: string;
  reason?: string;
  json?: boolean;
}

/** `caretaker jobs get|watch|cancel|failed|retry QUEUE …` */
export function addJobs(program: Command): void {
  const jobs = program.command("jobs").description("jobs in the queues");
  jobs
    .command("get")
    .description("show how a job stands; also one that only its runs tell of by now")
    .addArgument(queueArgument())
    .argument("<id>", "its id")
    .option("--json", "print it as JSON")
    .action(async (queue: QueueName, id: string, options: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      const job = await engine.recallJob(queue, id);
      if (!job) throw new NoSuchJob(queue, id);
      print(job, options, () => describe(job));
    });
  addWatch(jobs);
  jobs
    .command("cancel")
    .description("cancel a job, wherever it waits or runs")
    .addArgument(queueArgument())
    .argument("<id>", "its id")
    .option("--reason <text>", "why")
    .option("--by <name>", "who", userInfo().username)
    .option("--json", "print how it stands then as JSON")
    .action(async (queue: QueueName, id: string, { json = false, ...who }: CancelOptions) => {
      await using engine = await openEngine(["queue redis"]);
      const job = await engine.cancelJob(queue, id, who);
      if (!job) throw new NoSuchJob(queue, id);
      if (job.state === "active") process.exitCode = 1;
      print(job, { json }, () => (job.state === "active" ? `job ${id} was told to stop and has not stopped yet` : `job ${id}: ${job.error}`));
    });
  addDeadLetters(jobs);
}

const describe = (job: JobView) =>
  table(Object.entries(job).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
