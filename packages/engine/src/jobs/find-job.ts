import { type QueueName, warmupPayload } from "@caretaker/contracts";
import { type JobDefinition, PayloadInvalid } from "@caretaker/queue";
import { z } from "zod";
import type { Domain } from "../domain.ts";

/**
 * The job of a queue that a payload is for: by its domain and, in the queue `messages`, its `job`. Throws `PayloadInvalid` with
 * the known names if there is none.
 */
export function findJob(jobs: readonly JobDefinition[], domains: readonly Domain[], queue: QueueName, payload: unknown): JobDefinition {
  const names = domains.map(({ name }) => name) as [string, ...string[]];
  const parsed = z.looseObject({ domain: z.enum(names) }).safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid(`queue ${queue}`, (queue === "messages" ? undefined : allFaults(payload, names)) ?? parsed.error);
  const { domain } = parsed.data;
  const name = queue === "messages" ? messageJob(jobs, domain, parsed.data) : queue;
  const job = jobs.find((candidate) => candidate.name === `${domain}.${name}`);
  if (!job) throw new PayloadInvalid(`queue ${queue}`, noSuchJob(queue, domain));
  return job;
}

function messageJob(jobs: readonly JobDefinition[], domain: string, payload: unknown): string {
  const known = jobs.filter((job) => job.queue === "messages" && job.name.startsWith(`${domain}.`)).map(({ name }) => name.slice(domain.length + 1));
  if (known.length === 0) throw new PayloadInvalid("queue messages", noSuchJob("messages", domain));
  const parsed = z.looseObject({ job: z.enum(known as [string, ...string[]]) }).safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid("queue messages", parsed.error);
  return parsed.data.job;
}

/** With the domain unknown, the faults of the fields that all domains share are told as well. */
const allFaults = (payload: unknown, names: [string, ...string[]]) => warmupPayload.extend({ domain: z.enum(names) }).safeParse(payload).error;

const noSuchJob = (queue: string, domain: string) =>
  new z.ZodError([{ code: "custom", path: ["domain"], message: `domain ${domain} has no ${queue} job`, input: domain }]);
