import { type AcceptedJob, CaretakerError, type JobView } from "@caretaker/contracts";
import type { Engine } from "@caretaker/engine";
import { createBar } from "./bar.ts";

class JobGone extends CaretakerError {
  override readonly code = "JOB_GONE";
}

/** Follows a job with a progress bar until it ends; after Ctrl-C the job goes on by itself and the command says how to look. */
export async function followToEnd(engine: Engine, { queue, id }: AcceptedJob, title: string): Promise<JobView> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  const bar = createBar(title);
  try {
    const job = await engine.followJob(queue, id, { signal: interrupted.signal, onProgress: bar.show });
    if (!job) throw new JobGone(`queue ${queue} has no job ${id} any more`);
    if (job.state === "completed") bar.show({ current: 1, total: 1, status: "done" });
    if (interrupted.signal.aborted) throw new JobGone(`job ${id} goes on without you; look at it with: caretaker jobs get ${queue} ${id}`);
    return job;
  } finally {
    bar.stop();
    process.removeListener("SIGINT", interrupt);
  }
}
