import { CaretakerError, queueName } from "@caretaker/contracts";
import { Argument, type Command } from "commander";
import { openEngine } from "../open-engine.ts";
import { print, table } from "../print.ts";

class NoSuchJob extends CaretakerError {
  override readonly code = "NO_SUCH_JOB";
}

/** `caretaker jobs get QUEUE ID` */
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
      if (!job) throw new NoSuchJob(`queue ${queue} has no job ${id}, or it ended so long ago that Redis has forgotten it`);
      print(job, options, () => table(Object.entries(job).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])));
    });
}
