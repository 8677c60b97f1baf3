import type { AcceptedJob, CaretakerError } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import { type Added, addJobs } from "./add-jobs.ts";
import { type Addition, acceptedAs } from "./addition.ts";
import { OutcomeUnknown, QueueUnavailable, refuse } from "./queue-unavailable.ts";

/** What became of one job. */
export type Outcome = AcceptedJob | CaretakerError;

/** Redis does nothing else while it adds jobs: so many take it 2 ms. */
const atOnce = 100;

type State = AcceptedJob["state"];

/**
 * Adds many jobs to one queue with one round trip; resolves to what became of each, in order. Where Redis took only some
 * of them, those are told from the others; where it says nothing at all, every outcome is unknown.
 */
export async function addTogether(queue: Queue, additions: readonly Addition[]): Promise<Outcome[]> {
  const wanted = additions.filter(({ signal }) => !signal?.aborted);
  const groups = Array.from({ length: Math.ceil(wanted.length / atOnce) }, (_, index) => wanted.slice(index * atOnce, (index + 1) * atOnce));
  const outcomes = (await Promise.all(groups.map((group) => tryToAdd(queue, group)))).flat();
  if (wanted.length === additions.length) return outcomes;
  const next = outcomes.values();
  return additions.map(({ signal }) =>
    signal?.aborted ? new QueueUnavailable("it took too long: nothing was stored, try again") : (next.next().value as Outcome),
  );
}

async function tryToAdd(queue: Queue, additions: readonly Addition[]): Promise<Outcome[]> {
  try {
    const added = await addJobs(queue, additions);
    return additions.map((addition, index) => outcomeOf(addition, added[index] as Added));
  } catch (cause) {
    const failure = refuse(cause, true);
    return failure instanceof OutcomeUnknown ? additions.map(() => failure) : whatWasStored(queue, additions, failure);
  }
}

/** Redis is there and refused something: it knows which jobs it took. */
async function whatWasStored(queue: Queue, additions: readonly Addition[], failure: CaretakerError): Promise<Outcome[]> {
  try {
    const stored = await statesOf(
      queue,
      additions.map(({ id }) => id),
    );
    return additions.map((addition) => {
      const state = stored.get(addition.id);
      return state ? acceptedAs(addition, addition.id, state, addition.chosen) : failure;
    });
  } catch {
    return additions.map(() => failure);
  }
}

const outcomeOf = (addition: Addition, added: Added): Outcome =>
  typeof added === "string" ? acceptedAs(addition, addition.id, added, false) : acceptedAs(addition, added[0], added[1], true);

/** The states of those jobs that there are. */
async function statesOf(queue: Queue, ids: readonly string[]): Promise<Map<string, State>> {
  const states = await Promise.all([...new Set(ids)].map(async (id) => [id, (await queue.getJobState(id)) as State] as const));
  return new Map(states.filter(([, state]) => state !== "unknown"));
}
