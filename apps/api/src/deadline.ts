import { type HttpProblem, problems } from "./http-problem.ts";

/** The time by which an answer has to be there. */
export interface Deadline {
  /** Whether it has passed, and the caller has been told so. */
  readonly aborted: boolean;
  /** There is no deadline any more: for answers that were asked to wait. */
  lift(): void;
  /** The work's result. Throws a 503 once the deadline has passed, whatever the work waits for. */
  within<T>(work: Promise<T>): Promise<T>;
}

/** A deadline in `ms`; of a request that `changes` something nobody knows then whether it did. */
export function createDeadline(ms: number, changes: boolean): Deadline {
  const passed = Promise.withResolvers<never>();
  const deadline = {
    aborted: false,
    lift: () => clearTimeout(timer),
    async within<T>(work: Promise<T>): Promise<T> {
      try {
        return await Promise.race([work, passed.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
  const timer = setTimeout(() => {
    deadline.aborted = true;
    passed.reject(lateProblem(changes));
  }, ms);
  return deadline;
}

const lateProblem = (changes: boolean): HttpProblem =>
  changes
    ? problems.unavailable(
        "outcome_unknown",
        "no answer in time: it may or may not have been done; asked again with the same Idempotency-Key it is done once",
      )
    : problems.unavailable("timeout", "no answer in time; try again");
