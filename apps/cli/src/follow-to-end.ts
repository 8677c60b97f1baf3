import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { type AcceptedJob, CaretakerError, type JobView } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { createBar } from "./bar.ts";
import { untilInterrupted } from "./until-interrupted.ts";

class JobGone extends CaretakerError {
  override readonly code = "JOB_GONE";
}

/** Follows a job with a progress bar until it ends. Ctrl-C asks whether to cancel it; else the job goes on by itself, and the command says how to look. */
export async function followToEnd(engine: Engine, { queue, id }: AcceptedJob, title: string): Promise<JobView> {
  using interrupted = untilInterrupted();
  const bar = createBar(title);
  try {
    const job = await engine.followJob(queue, id, { signal: interrupted.signal, onProgress: bar.show });
    if (!job) throw new JobGone(`queue ${queue} has no job ${id} any more`);
    if (job.state === "completed") bar.show({ current: 1, total: 1, status: "done" });
    if (!interrupted.signal.aborted) return job;
  } finally {
    bar.stop();
  }
  const cancelled = (await isToBeCancelled(id)) && (await engine.cancelJob(queue, id, { by: userInfo().username, reason: "Ctrl-C" }));
  if (cancelled) return cancelled;
  throw new JobGone(`job ${id} goes on without you; look at it with: caretaker jobs watch ${queue} ${id}`);
}

/** Asks on a terminal; anywhere else nobody can answer, and Ctrl-C again is no. */
async function isToBeCancelled(id: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const again = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr }).on("SIGINT", () => again.abort());
  try {
    return /^y(es)?$/i.test((await lines.question(`cancel job ${id}? [y/N] `, { signal: again.signal })).trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}
