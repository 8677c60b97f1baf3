import { createHash } from "node:crypto";
import { type Job, type Queue, WaitingChildrenError } from "bullmq";
import type { JobDefinition } from "./job.ts";
import { placesInLine } from "./place-in-line.ts";

/** How the children of a job ended. */
export interface Children<Payload, Result> {
  readonly completed: readonly Result[];
  /** Those that failed for good: their payloads and reasons. */
  readonly failed: readonly { payload: Payload; error: string }[];
  /** When the job that fanned out began. */
  readonly startedAt: Date;
}

/**
 * Hands payloads to child jobs that any replica can take, leaves the worker while they run, and resolves to how they
 * ended when the job is taken up again. A child's id is made of its payload: planning again after a crash adds none twice.
 */
export type FanOut = <Payload, Result>(child: JobDefinition, payloads: () => AsyncIterable<Payload[]>) => Promise<Children<Payload, Result>>;

/** In a job's data once all of its children have been added: when it began, ms since 1970. */
export const plannedField = "_planned";

/** The fan-out of one job that a worker holds by `token`, with children in the same queue; it plans no further once the attempt has to stop. */
export function createFanOut(queue: Queue, job: Job, token: string, attempt: { readonly signal: AbortSignal }): FanOut {
  return async (child, payloads) => {
    if (!job.data[plannedField]) {
      for await (const batch of payloads()) {
        attempt.signal.throwIfAborted();
        await addChildren(queue, job, child, batch);
      }
      await job.updateData({ ...job.data, [plannedField]: job.processedOn });
    }
    attempt.signal.throwIfAborted();
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    return outcomes(queue, job);
  };
}

async function addChildren(queue: Queue, parent: Job, child: JobDefinition, payloads: unknown[]): Promise<void> {
  const places = await placesInLine(queue, child.name, { count: payloads.length });
  await queue.addBulk(
    payloads.map((payload, index) => ({
      name: child.name,
      data: payload,
      opts: {
        jobId: `${parent.id?.replaceAll(":", "-")}-${digest(payload)}`,
        parent: { id: String(parent.id), queue: parent.queueQualifiedName },
        ignoreDependencyOnFailure: true,
        ...places[index],
      },
    })),
  );
}

const digest = (payload: unknown) => createHash("sha256").update(JSON.stringify(payload)).digest("base64url").slice(0, 16);

async function outcomes<Payload, Result>(queue: Queue, job: Job): Promise<Children<Payload, Result>> {
  const [values, failures] = await Promise.all([job.getChildrenValues<Result>(), job.getIgnoredChildrenFailures()]);
  const failed = await Promise.all(
    Object.entries(failures).map(async ([key, error]) => {
      const child = await queue.getJob(key.slice(key.lastIndexOf(":") + 1));
      return { payload: child?.data as Payload, error };
    }),
  );
  return { completed: Object.values(values), failed, startedAt: new Date(job.data[plannedField]) };
}

/** Writes into a job's parent how many of its children have ended; nothing for a job without one. */
export async function reportToParent(queue: Queue, job: Job): Promise<void> {
  const parent = job.parent?.id && (await queue.getJob(job.parent.id));
  if (!parent) return;
  const { processed = 0, ignored = 0, unprocessed = 0 } = await parent.getDependenciesCount({ processed: true, ignored: true, unprocessed: true });
  const ended = processed + ignored;
  await parent.updateProgress({ current: ended, total: ended + unprocessed, status: `${ended} of ${ended + unprocessed} chunks done` });
}
