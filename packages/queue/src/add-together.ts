import type { AcceptedJob, CaretakerError } from "@caretaker/contracts";
import type { JobsOptions, Queue } from "bullmq";
import { type Addition, acceptedAs } from "./addition.ts";
import { type Place, placesInLine } from "./place-in-line.ts";
import { OutcomeUnknown, QueueUnavailable, refuse } from "./queue-unavailable.ts";
import { requestOption } from "./request-context.ts";

/** What became of one job. */
export type Outcome = AcceptedJob | CaretakerError;

type State = AcceptedJob["state"];

/**
 * Adds many jobs to one queue with one round trip; resolves to what became of each, in order. Where Redis took only some
 * of them, those are told from the others; where it says nothing at all, every outcome is unknown.
 */
export async function addTogether(queue: Queue, additions: readonly Addition[]): Promise<Outcome[]> {
  const wanted = additions.filter(({ signal }) => !signal?.aborted);
  const outcomes = wanted.length > 0 ? await tryToAdd(queue, wanted) : [];
  if (wanted.length === additions.length) return outcomes;
  const next = outcomes.values();
  return additions.map(({ signal }) =>
    signal?.aborted ? new QueueUnavailable("it took too long: nothing was stored, try again") : (next.next().value as Outcome),
  );
}

async function tryToAdd(queue: Queue, additions: readonly Addition[]): Promise<Outcome[]> {
  let sent = false;
  try {
    const before = await statesOf(
      queue,
      additions.filter(({ chosen }) => chosen).map(({ id }) => id),
    );
    const places = await placesOf(queue, additions);
    sent = true;
    const jobs = await queue.addBulk(additions.map((addition, index) => jobOf(addition, places[index])));
    const ids = jobs.map(({ id }) => String(id));
    const others = await statesOf(
      queue,
      ids.filter((id, index) => id !== additions[index]?.id),
    );
    return additions.map((addition, index) => outcomeOf(addition, ids[index] ?? "", places[index], { before, others }));
  } catch (cause) {
    const failure = refuse(cause, sent);
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

function outcomeOf(addition: Addition, id: string, place: Place | undefined, { before, others }: Record<"before" | "others", Map<string, State>>) {
  const found = id === addition.id ? before.get(id) : (others.get(id) ?? "unknown");
  const state = found ?? (addition.delayMs > 0 ? "delayed" : place?.priority ? "prioritized" : "waiting");
  return acceptedAs(addition, id, state, found !== undefined);
}

function jobOf(addition: Addition, place: Place | undefined): { name: string; data: unknown; opts: JobsOptions } {
  const { name, data, id, deduplication, delayMs, requestId } = addition;
  const opts: JobsOptions = { jobId: id, ...(deduplication ? { deduplication: { id: deduplication } } : {}), ...place, ...requestOption(requestId) };
  if (delayMs > 0) opts.delay = delayMs;
  return { name, data, opts };
}

/** Where the additions go; asks once for all of one name and priority. A delayed one gets no place in today's line. */
async function placesOf(queue: Queue, additions: readonly Addition[]): Promise<(Place | undefined)[]> {
  const groups = Map.groupBy(additions, ({ name, priority, delayMs }) => (delayMs > 0 && priority === "normal" ? undefined : `${priority} ${name}`));
  const places = new Map<Addition, Place>();
  await Promise.all(
    [...groups].map(async ([key, group]) => {
      const [first] = group;
      if (key === undefined || !first) return;
      const given = await placesInLine(queue, first.name, { priority: first.priority, count: group.length });
      for (const [index, addition] of group.entries()) places.set(addition, given[index] ?? {});
    }),
  );
  return additions.map((addition) => places.get(addition));
}

/** The states of those jobs that there are. */
async function statesOf(queue: Queue, ids: readonly string[]): Promise<Map<string, State>> {
  if (ids.length === 0) return new Map();
  const states = await Promise.all([...new Set(ids)].map(async (id) => [id, (await queue.getJobState(id)) as State] as const));
  return new Map(states.filter(([, state]) => state !== "unknown"));
}
