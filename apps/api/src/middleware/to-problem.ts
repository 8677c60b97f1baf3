import { isTransient, OutcomeUnknown, PayloadInvalid, QueueUnavailable } from "@caretaker/engine";
import { HttpProblem, problems } from "../http-problem.ts";

/** The problem that an error is answered with; the only place that maps errors to statuses. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof PayloadInvalid) return problems.invalidPayload(error.faults);
  if (error instanceof OutcomeUnknown) return problems.unavailable("outcome_unknown", error.message, error);
  if (error instanceof QueueUnavailable) return problems.unavailable("queue_unavailable", error.message, error);
  if (isBodyError(error)) return bodyProblem(error);
  if (isTransient(error)) return problems.unavailable("unavailable", "a server that this needs does not answer; try again", error);
  return problems.internal(error);
}

interface BodyError extends Error {
  type: string;
  status: number;
}

/** An error of Express' body parser or router. */
const isBodyError = (error: unknown): error is BodyError => error instanceof Error && "status" in error && Number(error.status) < 500;

function bodyProblem({ type, status, message }: BodyError): HttpProblem {
  if (status === 413) return problems.tooLarge("the body is larger than 1 MiB");
  if (status === 415) return problems.unsupportedMedia(message);
  return problems.badRequest(
    type === "entity.parse.failed" ? "invalid_json" : "bad_request",
    type === "entity.parse.failed" ? "the body is not JSON" : "the request can't be read",
  );
}
