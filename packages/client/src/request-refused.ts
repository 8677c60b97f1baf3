import type { PayloadFault, Problem } from "@caretaker/contracts";

/** The API refused a request, or could not do it however often it was asked: `code` is for programs, `problem` the whole answer. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly code: string;
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Headers;

  constructor(problem: Problem, headers = new Headers()) {
    super(`${problem.detail ?? problem.title} (${problem.status} ${problem.code})`);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
    this.headers = headers;
  }

  /** How long the API asks to wait before the next try, ms. */
  get retryAfterMs(): number {
    return 1_000 * (Number(this.headers.get("retry-after")) || 0);
  }

  /** Where a payload does not fit, and why. */
  get errors(): PayloadFault[] {
    return this.problem.errors ?? [];
  }
}

/** The API could not be reached, or gave no answer in time; with a request that changes something nobody knows whether it was done. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
  readonly code = "API_UNREACHABLE";
}
