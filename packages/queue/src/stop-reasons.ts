import { type Cancellation, CaretakerError } from "@caretaker/contracts";

/** Somebody cancelled the job: it is not tried again. */
export class JobCancelled extends CaretakerError {
  override readonly code = "JOB_CANCELLED";

  constructor({ by, reason }: Pick<Cancellation, "by" | "reason">) {
    super(cancelledText({ by, reason }));
  }
}

/** The job ran longer than its kind may: this attempt failed. */
export class JobTimedOut extends CaretakerError {
  override readonly code = "JOB_TIMED_OUT";
}

/** Another worker may have the job by now: what this attempt does no longer counts. */
export class LockLost extends CaretakerError {
  override readonly code = "LOCK_LOST";
}

/** The process ends: the job goes back to wait, with no attempt burnt. */
export class ShuttingDown extends CaretakerError {
  override readonly code = "SHUTTING_DOWN";
}

/** What a cancelled job has for its error. */
export const cancelledText = ({ by, reason }: Pick<Cancellation, "by" | "reason">): string => `cancelled by ${by}${reason ? `: ${reason}` : ""}`;
