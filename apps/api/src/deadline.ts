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
  const { promise: passed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    deadline.aborted = true;
    reject(lateProblem(changes));
  }, Math.round(ms)); // whole numbers share a list of timers
  const lift = () => clearTimeout(timer);
  const deadline = { aborted: false, lift, within: <T>(work: Promise<T>) => Promise.race([work, passed]).finally(lift) };
  return deadline;
}

const lateProblem = (changes: boolean): HttpProblem =>
  changes
    ? problems.unavailable(
        "outcome_unknown",
        "no answer in time: it may or may not have been done; asked again with the same Idempotency-Key it is done once",
      )
    : problems.unavailable("timeout", "no answer in time; try again");
