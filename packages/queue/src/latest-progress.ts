import type { Progress } from "@caretaker/contracts";

/** Writes the latest of many progress reports, one write at a time, at most one in `everyMs`. */
export function latestProgress(write: (progress: Progress) => Promise<void>, everyMs = 250, clock: () => number = Date.now) {
  let writing = Promise.resolve();
  let last = 0;
  let pending: Progress | undefined;
  const flush = () => {
    const next = pending;
    pending = undefined;
    last = clock();
    if (next) writing = writing.then(() => write(next)).catch(() => {}); // a lost report is no reason to fail the job
  };
  return {
    report(progress: Progress): void {
      pending = progress;
      if (clock() - last >= everyMs) flush();
    },
    /** Resolves when the last report has been written. */
    settled(): Promise<void> {
      flush();
      return writing;
    },
  };
}
