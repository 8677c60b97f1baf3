import { CaretakerError } from "@caretaker/contracts";

/** A failure that no retry can mend: the job fails at once. */
export class PermanentFailure extends CaretakerError {
  override readonly code: string = "PERMANENT_FAILURE";
}

/** Not now: the job waits for `ms` and is taken up again, with no attempt burnt. */
export class Snoozed extends CaretakerError {
  override readonly code = "SNOOZED";
  readonly ms: number;

  constructor(ms: number, why: string) {
    super(why);
    this.ms = ms;
  }
}
