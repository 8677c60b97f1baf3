import { CaretakerError, type PayloadFault, type Problem } from "@caretaker/contracts";

interface ProblemFacts {
  status: number;
  code: string;
  title: string;
  errors?: PayloadFault[];
  headers?: Readonly<Record<string, string>>;
}

/** An answer that is not a success: its status, a stable code, what went wrong and where. */
export class HttpProblem extends CaretakerError {
  override readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #facts: ProblemFacts;

  constructor(facts: ProblemFacts, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.#facts = facts;
    this.code = facts.code;
    this.status = facts.status;
    this.headers = facts.headers ?? {};
  }

  /** The problem document of RFC 9457. */
  toDocument(requestId?: string): Problem {
    const { status, code, title, errors } = this.#facts;
    return { type: "about:blank", title, status, code, detail: this.message, ...(requestId ? { requestId } : {}), ...(errors ? { errors } : {}) };
  }
}

/** Whether a fault is of an id that the caller chose. */
const isChosenId = ({ path }: PayloadFault) => path === "id" || path === "opts.jobId";

const retryAfter = { "Retry-After": "1" };

/** The kinds of problem that the API answers with. */
export const problems = {
  badRequest: (code: string, detail: string, errors?: PayloadFault[], cause?: unknown) =>
    new HttpProblem({ status: 400, code, title: "Bad request", ...(errors ? { errors } : {}) }, detail, { cause }),
  unauthorized: (detail: string) =>
    new HttpProblem(
      { status: 401, code: "unauthorized", title: "Unauthorized", headers: { "WWW-Authenticate": 'Bearer realm="caretaker"' } },
      detail,
    ),
  forbidden: (scope: string) => new HttpProblem({ status: 403, code: "forbidden", title: "Forbidden" }, `this key lacks the scope ${scope}`),
  notFound: (detail: string) => new HttpProblem({ status: 404, code: "not_found", title: "Not found" }, detail),
  methodNotAllowed: (allow: string) =>
    new HttpProblem({ status: 405, code: "method_not_allowed", title: "Method not allowed", headers: { Allow: allow } }, `this route takes ${allow}`),
  tooLarge: (detail: string) => new HttpProblem({ status: 413, code: "too_large", title: "Content too large" }, detail),
  unsupportedMedia: (detail: string) => new HttpProblem({ status: 415, code: "unsupported_media_type", title: "Unsupported media type" }, detail),
  invalidPayload: (errors: PayloadFault[], more = "") =>
    new HttpProblem(
      { status: 422, code: errors.some(isChosenId) ? "invalid_id" : "invalid_payload", title: "Unprocessable content", errors },
      `this does not fit; errors says where${more}`,
    ),
  unprocessable: (code: string, detail: string, errors?: PayloadFault[]) =>
    new HttpProblem({ status: 422, code, title: "Unprocessable content", ...(errors ? { errors } : {}) }, detail),
  conflict: (code: string, detail: string) => new HttpProblem({ status: 409, code, title: "Conflict" }, detail),
  busy: (code: string, detail: string) => new HttpProblem({ status: 409, code, title: "Conflict", headers: retryAfter }, detail),
  tooMany: (code: string, detail: string, afterSeconds: number) =>
    new HttpProblem({ status: 429, code, title: "Too many requests", headers: { "Retry-After": String(afterSeconds) } }, detail),
  unavailable: (code: string, detail: string, cause?: unknown) =>
    new HttpProblem({ status: 503, code, title: "Service unavailable", headers: retryAfter }, detail, { cause }),
  failed: (code: string, detail: string) => new HttpProblem({ status: 502, code, title: "Work failed" }, detail),
  late: (code: string, detail: string) => new HttpProblem({ status: 504, code, title: "Work takes longer" }, detail),
  internal: (cause: unknown) =>
    new HttpProblem({ status: 500, code: "internal", title: "Internal error" }, "something went wrong here; it has been logged", { cause }),
};
