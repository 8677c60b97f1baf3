import { CaretakerError } from "@caretaker/contracts";

/** A failure that no retry can mend: the job fails at once. */
export class PermanentFailure extends CaretakerError {
  override readonly code: string = "PERMANENT_FAILURE";
}
