import { CaretakerError } from "@caretaker/contracts";

type Code = "UNKNOWN_SCHEDULE" | "UNKNOWN_DOMAIN" | "SCHEDULE_EXISTS" | "SCHEDULE_JOB_FIXED" | "SCHEDULE_DECLARED" | "BACKFILL_TOO_LARGE";

/** An operation on schedules that can't be done; `code` says why. */
export class ScheduleRefused extends CaretakerError {
  override readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

export const unknownSchedule = (id: string) => new ScheduleRefused("UNKNOWN_SCHEDULE", `there is no schedule ${id}`);
