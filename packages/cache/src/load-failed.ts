import { CaretakerError } from "@caretaker/contracts";

/** A value's loader failed and no stale value could stand in; `cause` says why. */
export class LoadFailed extends CaretakerError {
  override readonly code = "LOAD_FAILED";

  constructor(entry: string, cause: unknown) {
    super(`${entry} could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
