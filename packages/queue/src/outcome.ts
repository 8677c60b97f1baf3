import { CaretakerError } from "@caretaker/contracts";

/** A failure that no retry can mend: the job fails at once. */
export class PermanentFailure extends CaretakerError {
  override readonly code: string = "PERMANENT_FAILURE";
}

/** Not now: the job waits for `ms` and is taken up again, with no attempt burnt. */
export class Snoozed extends CaretakerError {
  override readonly code = "SNOOZED";
  readonly ms: number;
  /** Called once the job has been put aside. */
  readonly aside: (() => Promise<void>) | undefined;

  constructor(ms: number, why: string, aside?: () => Promise<void>) {
    super(why);
    this.ms = ms;
    this.aside = aside;
  }
}
