import type { Progress } from "@caretaker/contracts";

export interface LatestProgress {
  report(progress: Progress): void;
  /** Resolves when the last report has been written. */
  settled(): Promise<void>;
}

/** Writes the latest of many progress reports, one write at a time, at most one in `everyMs`. */
export function latestProgress(write: (progress: Progress) => Promise<void>, everyMs = 250, clock: () => number = Date.now): LatestProgress {
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
    report(progress) {
      pending = progress;
      if (clock() - last >= everyMs) flush();
    },
    settled() {
      flush();
      return writing;
    },
  };
}
