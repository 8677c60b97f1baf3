import type { AcceptedJob } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { followToEnd } from "./follow-to-end.ts";
import { print } from "./print.ts";

interface Options {
  readonly title: string;
  /** On a terminal unless it is said. */
  readonly wait?: boolean | undefined;
  readonly json?: boolean;
}

/** Follows a job with a progress bar, and prints what it did, or why it failed; resolves to whether it is done. */
export async function tellEnd<Result>(
  engine: Engine,
  accepted: AcceptedJob,
  { title, wait = process.stderr.isTTY, json = false }: Options,
  summary: (result: Result) => string,
): Promise<boolean> {
  if (!wait) print(accepted, { json }, () => `job ${accepted.id} waits in queue ${accepted.queue}`);
  if (!wait) return true;
  const job = await followToEnd(engine, accepted, title);
  const done = job.state === "completed";
  if (!done) process.exitCode = 1;
  print(job, { json }, () => (done ? summary(job.result as Result) : `job ${job.id} ${job.state}: ${job.error}`));
  return done;
}
