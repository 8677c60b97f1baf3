import { type QueueName, warmupPayload } from "@caretaker/contracts";
import { type JobDefinition, PayloadInvalid } from "@caretaker/queue";
import { z } from "zod";
import type { Domain } from "../domain.ts";

/** The job of a queue that a payload is for, by its domain. Throws `PayloadInvalid` with the known domains if there is no such domain. */
export function findJob(jobs: readonly JobDefinition[], domains: readonly Domain[], queue: QueueName, payload: unknown): JobDefinition {
  const names = domains.map(({ name }) => name) as [string, ...string[]];
  const parsed = z.looseObject({ domain: z.enum(names) }).safeParse(payload);
  if (!parsed.success) throw new PayloadInvalid(`queue ${queue}`, allFaults(payload, names) ?? parsed.error);
  const job = jobs.find(({ name }) => name === `${parsed.data.domain}.${queue}`);
  if (!job) throw new PayloadInvalid(`queue ${queue}`, noSuchJob(queue, parsed.data.domain));
  return job;
}

/** With the domain unknown, the faults of the fields that all domains share are told as well. */
const allFaults = (payload: unknown, names: [string, ...string[]]) => warmupPayload.extend({ domain: z.enum(names) }).safeParse(payload).error;

const noSuchJob = (queue: string, domain: string) =>
  new z.ZodError([{ code: "custom", path: ["domain"], message: `domain ${domain} has no ${queue} job`, input: domain }]);
