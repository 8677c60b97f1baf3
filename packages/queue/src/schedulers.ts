import { isDeepStrictEqual } from "node:util";
import type { JobSchedulerJson, JobSchedulerTemplateOptions, Queue } from "bullmq";

/** A job that Redis is to make again and again. */
export interface SchedulerFacts {
  /** Unique in its queue. */
  readonly id: string;
  /** `startDate` is the first run of an interval, ms since 1970; it counts from there. */
  readonly repeat: { readonly every: number; readonly startDate?: number } | { readonly pattern: string; readonly tz: string };
  readonly job: { readonly name: string; readonly data: Readonly<Record<string, unknown>>; readonly opts?: JobSchedulerTemplateOptions };
}

/** A run that is so much overdue and nowhere in the queue won't come any more. */
const overdueMs = 5_000;

/**
 * Puts a queue's job schedulers right and resolves to the ids it changed. What is as declared is left alone, since
 * upserting a pattern again would delete its overdue run; any number of replicas may do this at once.
 */
export async function syncSchedulers(queue: Queue, declared: readonly SchedulerFacts[]): Promise<string[]> {
  const present = new Map((await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]));
  const wrong: SchedulerFacts[] = [];
  for (const facts of declared) {
    const scheduler = present.get(facts.id);
    if (!scheduler || !isAsDeclared(scheduler, facts) || (await hasLostItsRun(queue, scheduler))) wrong.push(facts);
  }
  const gone = [...present.keys()].filter((id) => declared.every((facts) => facts.id !== id));
  for (const { id, repeat, job } of wrong) await queue.upsertJobScheduler(id, repeat, job);
  for (const id of gone) await queue.removeJobScheduler(id);
  return [...wrong.map(({ id }) => id), ...gone];
}

function isAsDeclared(present: JobSchedulerJson, { repeat, job }: SchedulerFacts): boolean {
  if (!present.next) return false;
  const timing = "every" in repeat ? Number(present.every) === repeat.every : present.pattern === repeat.pattern && present.tz === repeat.tz;
  return timing && present.name === job.name && isDeepStrictEqual(present.template?.data, job.data);
}

/** The next run is made when one begins: if a run is lost, what is left of it is in no list, and no other one follows. */
async function hasLostItsRun(queue: Queue, { key, next }: JobSchedulerJson): Promise<boolean> {
  if (!next || next > Date.now() - overdueMs) return false;
  const runId = `repeat:${key}:${next}`;
  if ((await queue.getJobState(runId)) !== "unknown") return false;
  await queue.removeJobScheduler(key); // which its runs belong to: none can be removed before
  await (await queue.getJob(runId))?.remove();
  return true;
}
