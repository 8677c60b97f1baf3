import { createHash } from "node:crypto";
import { type Job, type Queue, WaitingChildrenError } from "bullmq";
import type { Children, FanOut, JobDefinition } from "./job.ts";
import { placesInLine } from "./place-in-line.ts";
import { currentRequest, requestOption } from "./request-context.ts";
import { plannedField } from "./stored-payload.ts";

interface Subjects {
  readonly queue: Queue;
  readonly job: Job;
  readonly token: string;
  readonly attempt: { readonly signal: AbortSignal };
}

/** The fan-out of one job that a worker holds by `token`, with children in the same queue; it plans no further once the attempt has to stop. */
export function createFanOut({ queue, job, token, attempt }: Subjects): FanOut {
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
  const places = await placesInLine(queue, child.name, payloads.length);
  await queue.addBulk(
    payloads.map((payload, index) => ({
      name: child.name,
      data: payload,
      opts: {
        jobId: `${parent.id?.replaceAll(":", "-")}-${digest(payload)}`,
        parent: { id: String(parent.id), queue: parent.queueQualifiedName },
        ignoreDependencyOnFailure: true,
        ...requestOption(currentRequest()),
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
