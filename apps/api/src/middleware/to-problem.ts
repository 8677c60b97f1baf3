import { CaretakerError } from "@caretaker/contracts";
import { isTransient, PayloadInvalid, type ScheduleRefused, SearchRefused, type TimingRefused } from "@caretaker/engine";
import { HttpProblem, problems } from "../http-problem.ts";

type Answers<Code extends string> = Record<Code, (error: CaretakerError) => HttpProblem>;

/** What can't be done with schedules; each of their codes is here, or this does not compile. */
const ofSchedules: Answers<ScheduleRefused["code"] | TimingRefused["code"]> = {
  UNKNOWN_SCHEDULE: ({ message }) => problems.notFound(message),
  UNKNOWN_DOMAIN: ({ message }) => problems.unprocessable("unknown_domain", message),
  SCHEDULE_EXISTS: ({ message }) => problems.conflict("schedule_exists", message),
  SCHEDULE_DECLARED: ({ message }) => problems.conflict("schedule_declared", message),
  SCHEDULE_JOB_FIXED: ({ message }) => problems.conflict("schedule_job_fixed", message),
  BACKFILL_TOO_LARGE: ({ message }) => problems.unprocessable("backfill_too_large", message),
  INVALID_CRON: ({ message }) => problems.unprocessable("invalid_cron", message),
  INVALID_TZ: ({ message }) => problems.unprocessable("invalid_tz", message),
  TOO_FREQUENT: ({ message }) => problems.unprocessable("too_frequent", message),
};

/** The problems that the engine's errors are answered with, by their codes. */
const byCode: Readonly<Partial<Answers<string>>> = {
  ...ofSchedules,
  OUTCOME_UNKNOWN: (error) => problems.unavailable("outcome_unknown", error.message, error),
  QUEUE_UNAVAILABLE: (error) => problems.unavailable("queue_unavailable", error.message, error),
  REDIS_NEARLY_FULL: (error) => problems.unavailable("queue_full", error.message, error),
  FILES_UNAVAILABLE: (error) => problems.unavailable("files_unavailable", error.message, error),
  BACKLOG_FULL: ({ message }) => problems.tooMany("backlog_full", message, 5),
  KEY_REUSED: ({ message }) => problems.unprocessable("key_reused", message),
  KEY_IN_USE: ({ message }) => problems.busy("key_in_use", message),
  JOB_FAILED: ({ message }) => problems.failed("job_failed", message),
  JOB_UNFINISHED: ({ message }) => problems.late("job_unfinished", message),
  JOB_ENDED: ({ message }) => problems.conflict("job_ended", message),
  JOB_NOT_FAILED: ({ message }) => problems.conflict("job_not_failed", message),
  UNKNOWN_RUN: ({ message }) => problems.notFound(message),
};

/** The problem that an error is answered with; the only place that maps errors to statuses. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof PayloadInvalid) return problems.invalidPayload(error.faults, hintFor(error));
  if (error instanceof SearchRefused) return problems.badRequest("invalid_query", error.message);
  const known = error instanceof CaretakerError ? byCode[error.code] : undefined;
  if (known) return known(error as CaretakerError);
  if (isTransient(error)) return problems.unavailable("unavailable", "a server that this needs does not answer; try again", error);
  if (error instanceof Error && "status" in error && Number(error.status) < 500)
    return problems.badRequest("bad_request", "the request can't be read");
  return problems.internal(error);
}

/** Who sent BullMQ's options beside the payload is told where those go that can be set. */
const hintFor = ({ faults }: PayloadInvalid) =>
  faults.some(({ message }) => message === "unknown field") ? "; of the job's options jobId, delay and priority can be set, in opts" : "";
