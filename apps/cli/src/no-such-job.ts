import { CaretakerError } from "@caretaker/contracts";

/** Redis knows no such job. */
export class NoSuchJob extends CaretakerError {
  override readonly code = "NO_SUCH_JOB";

  constructor(queue: string, id: string) {
    super(`queue ${queue} has no job ${id}, or it ended so long ago that Redis has forgotten it`);
  }
}
