import { type HttpProblem, problems } from "./http-problem.ts";

/** The time by which an answer has to be there. */
export interface Deadline {
  /** Whether it has passed, and the caller has been told so. */
  readonly aborted: boolean;
  /** There is no deadline any more: for answers that were asked to wait. */
  lift(): void;
}

/** What `work` comes to. Throws a 503 once `ms` have passed, whatever it waits for; of work that `changes` something nobody knows then whether it did. */
export function beforeDeadline<T>(ms: number, changes: boolean, work: (deadline: Deadline) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      deadline.aborted = true;
      reject(lateProblem(changes));
    }, Math.round(ms)); // whole numbers share a list of timers
    const deadline = { aborted: false, lift: () => clearTimeout(timer) };
    work(deadline).then(resolve, reject).finally(deadline.lift);
  });
}

const lateProblem = (changes: boolean): HttpProblem =>
  changes
    ? problems.unavailable(
        "outcome_unknown",
        "no answer in time: it may or may not have been done; asked again with the same Idempotency-Key it is done once",
      )
    : problems.unavailable("timeout", "no answer in time; try again");
