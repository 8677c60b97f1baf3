import {
  type AcceptedJob,
  type BatchOutcome,
  batch,
  batchItem,
  batchResult,
  CaretakerError,
  payloadFaults,
  type QueueName,
} from "@caretaker/contracts";
import type { Admission, Engine } from "@caretaker/engine";
import { z } from "zod";
import { checkJson } from "../check-json.ts";
import type { Deadline } from "../deadline.ts";
import { HttpProblem, problems } from "../http-problem.ts";
import { toProblem } from "../middleware/to-problem.ts";
import { defineRoute, type Route } from "../route.ts";
import { optionsOf } from "./jobs.ts";

const most = 1_000;
type Item = z.output<typeof batchItem>;
interface Asked {
  readonly id: string | undefined;
  readonly deadline: Deadline;
}

/** `POST /v1/jobs/batch`: many jobs with one request, each with an outcome of its own. */
export const batchRoute = (engine: Engine, admission: Admission): Route =>
  defineRoute({
    operationId: "enqueueBatch",
    ...{ method: "post", path: "/v1/jobs/batch", scope: "jobs:write" },
    summary: "Puts up to 1,000 jobs into their queues; a bad one does not stop the others",
    body: z.strictObject({ jobs: z.array(z.unknown()).min(1) }),
    describedBody: () => z.toJSONSchema(batch.extend({ jobs: z.array(batchItem).min(1).max(most) }), { io: "input", unrepresentable: "any" }),
    bodyMebibytes: 8,
    checksOwn: "jobs",
    answers: { 200: { about: "an outcome for each job, in order", schema: batchResult } },
    problems: [409, 413, 415, 422],
    example: { body: { jobs: [{ queue: "warmup", payload: { domain: engine.domains[0]?.name, scope: "all" } }] } },
    async handle({ body: { jobs }, deadline, once }) {
      if (jobs.length > most) throw problems.tooLarge(`${jobs.length} jobs: a batch holds at most ${most}`);
      return { status: 200, body: await once(async (id) => ({ outcomes: await enqueueAll(engine, admission, jobs, { id, deadline }) })) };
    },
  });

async function enqueueAll(engine: Engine, admission: Admission, jobs: readonly unknown[], { id, deadline }: Asked): Promise<BatchOutcome[]> {
  const items = jobs.map(readItem);
  const refused = await refusals(admission, items);
  const isWanted = (item: Item | HttpProblem): item is Item => !(item instanceof HttpProblem) && !refused.has(item.queue);
  const orders = items.flatMap((item, index) =>
    isWanted(item) ? [{ ...item, options: optionsOf(item.opts, { id: id && `${id}-${index}`, deadline }) }] : [],
  );
  const outcomes = (await engine.enqueueMany(orders)).values();
  return items.map((item) => {
    if (item instanceof HttpProblem) return item.toDocument();
    return outcomeOf(refused.get(item.queue) ?? (outcomes.next().value as AcceptedJob | CaretakerError));
  });
}

const outcomeOf = (outcome: AcceptedJob | CaretakerError): BatchOutcome =>
  outcome instanceof CaretakerError ? toProblem(outcome).toDocument() : { ...outcome, status: 202 };

/** An item whose payload is still to be checked, or what is wrong with it. */
function readItem(item: unknown): Item | HttpProblem {
  try {
    checkJson(item);
  } catch (problem) {
    if (problem instanceof HttpProblem) return problem;
    throw problem;
  }
  const parsed = batchItem.safeParse(item);
  return parsed.success ? parsed.data : problems.invalidPayload(payloadFaults(parsed.error));
}

/** The queues that take no more jobs now, and why. */
async function refusals(admission: Admission, items: readonly (Item | HttpProblem)[]): Promise<Map<QueueName, CaretakerError>> {
  const wanted = Map.groupBy(items, (item) => (item instanceof HttpProblem ? undefined : item.queue));
  const refused = new Map<QueueName, CaretakerError>();
  for (const [queue, those] of wanted) {
    if (queue === undefined) continue;
    await admission.check(queue, those.length).catch((error) => {
      if (!(error instanceof CaretakerError)) throw error;
      refused.set(queue, error);
    });
  }
  return refused;
}
