import type { JobEvent, JobView, QueueName } from "@caretaker/contracts";
import type { Command } from "commander";
import { NoSuchJob } from "../no-such-job.ts";
import { openEngine } from "../open-engine.ts";
import { queueArgument } from "../queue-argument.ts";
import { untilInterrupted } from "../until-interrupted.ts";

/** `caretaker jobs watch QUEUE ID` */
export function addWatch(jobs: Command): void {
  jobs
    .command("watch")
    .description("tell what happens to a job, a line for each thing, until its end")
    .addArgument(queueArgument())
    .argument("<id>", "its id")
    .option("--json", "print the lines as JSON")
    .action(async (queue: QueueName, id: string, { json }: { json?: boolean }) => {
      await using engine = await openEngine(["queue redis"]);
      using interrupted = untilInterrupted();
      let end: JobView | undefined;
      let told = 0;
      for await (const { id: _, ...event } of engine.jobEvents(queue, id, interrupted)) {
        process.stdout.write(`${json ? JSON.stringify(event) : lineOf(event)}\n`);
        if (event.event === "end") end = event.data;
        told += 1;
      }
      if (told === 0) throw new NoSuchJob(queue, id);
      if (end?.state !== "completed") process.exitCode = 1;
    });
}

function lineOf({ event, data }: JobEvent): string {
  if (event === "progress") return `${data.current} of ${data.total}  ${data.status}`;
  if (event === "state") return data.state;
  return [data.state, data.error ?? (data.result === null ? "" : JSON.stringify(data.result))].join("  ").trimEnd();
}
