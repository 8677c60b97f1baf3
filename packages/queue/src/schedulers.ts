import { isDeepStrictEqual } from "node:util";
import type { JobSchedulerJson, Queue } from "bullmq";

/** A job that Redis is to make again and again. */
export interface SchedulerFacts {
  /** Unique in its queue. */
  readonly id: string;
  readonly repeat: { readonly every: number } | { readonly pattern: string; readonly tz: string };
  readonly job: { readonly name: string; readonly data: Readonly<Record<string, unknown>> };
}

/**
 * Puts a queue's job schedulers right and resolves to the ids it changed. What is as declared is left alone, since
 * upserting a pattern again would delete its overdue run; any number of replicas may do this at once.
 */
export async function syncSchedulers(queue: Queue, declared: readonly SchedulerFacts[]): Promise<string[]> {
  const present = new Map((await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]));
  const wrong = declared.filter((facts) => !isAsDeclared(present.get(facts.id), facts));
  const gone = [...present.keys()].filter((id) => declared.every((facts) => facts.id !== id));
  for (const { id, repeat, job } of wrong) await queue.upsertJobScheduler(id, repeat, job);
  for (const id of gone) await queue.removeJobScheduler(id);
  return [...wrong.map(({ id }) => id), ...gone];
}

function isAsDeclared(present: JobSchedulerJson | undefined, { repeat, job }: SchedulerFacts): boolean {
  if (!present?.next) return false;
  const timing = "every" in repeat ? Number(present.every) === repeat.every : present.pattern === repeat.pattern && present.tz === repeat.tz;
  return timing && present.name === job.name && isDeepStrictEqual(present.template?.data, job.data);
}
