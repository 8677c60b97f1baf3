import { CaretakerError } from "@caretaker/contracts";

/** An answer that is not a success; `title` and message are shown to people. */
export class BoardProblem extends CaretakerError {
  override readonly code: string;
  readonly status: number;
  readonly title: string;

  constructor({ status, code, title }: { status: number; code: string; title: string }, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.title = title;
  }
}

/** The kinds of problem that the board answers with. */
export const problems = {
  unreadable: (status = 400) => new BoardProblem({ status, code: "bad_request", title: "Bad request" }, "The request can't be read."),
  signInFirst: () => new BoardProblem({ status: 401, code: "unauthorized", title: "Signed out" }, "Reload the page to sign in."),
  readOnly: () => new BoardProblem({ status: 403, code: "forbidden", title: "Not allowed" }, "Viewers can't change anything; operators can."),
  foreignOrigin: () =>
    new BoardProblem({ status: 403, code: "foreign_origin", title: "Not allowed" }, "Changes are taken from this board's own pages only."),
  notFound: () => new BoardProblem({ status: 404, code: "not_found", title: "Not found" }, "There is no such page."),
  internal: (cause: unknown) =>
    new BoardProblem({ status: 500, code: "internal", title: "Something went wrong" }, "It has been logged, for whoever runs this board.", { cause }),
  noHistory: (cause: unknown) =>
    new BoardProblem({ status: 503, code: "database_unavailable", title: "PostgreSQL does not answer" }, "History is shown once it is back.", {
      cause,
    }),
  unavailable: (cause?: unknown) =>
    new BoardProblem({ status: 503, code: "redis_unavailable", title: "Redis does not answer" }, "Nothing can be shown until Redis is back.", {
      cause,
    }),
};
