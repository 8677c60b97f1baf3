import { type QueueName, warmupPayload } from "@caretaker/contracts";
import { type JobDefinition, PayloadInvalid } from "@caretaker/queue";
import { z } from "zod";
import type { Domain } from "../domain.ts";

/** The job of a queue that a payload is for. */
export type JobFor = (queue: QueueName, payload: unknown) => JobDefinition;

/**
 * Finds jobs by the domain that a payload names and, in the queue `messages`, by its `job`. It throws `PayloadInvalid` with
 * the known names if there is none.
 */
export function createJobFinder(jobs: readonly JobDefinition[], domains: readonly Domain[]): JobFor {
  const byName = new Map(jobs.map((job) => [`${job.queue} ${job.name}`, job]));
  const check = createCheck(jobs, domains);
  return (queue, payload) => {
    const { domain, job } = (payload ?? {}) as Record<string, unknown>;
    const found = byName.get(`${queue} ${domain}.${queue === "messages" ? job : queue}`);
    if (!found) throw new PayloadInvalid(`queue ${queue}`, check(queue, payload));
    return found;
  };
}

/** Says what is wrong with a payload that there is no job for. */
function createCheck(jobs: readonly JobDefinition[], domains: readonly Domain[]) {
  const domain = z.enum(domains.map(({ name }) => name));
  const named = z.looseObject({ domain });
  // with the domain unknown, the faults of the fields that all domains share are told as well
  const shared = warmupPayload.extend({ domain });
  return (queue: QueueName, payload: unknown): z.ZodError => {
    const parsed = named.safeParse(payload);
    if (!parsed.success) return (queue === "messages" ? undefined : shared.safeParse(payload).error) ?? parsed.error;
    const messages = queue === "messages" ? namesOf(jobs, parsed.data.domain) : [];
    return (
      (messages.length > 0 ? z.looseObject({ job: z.enum(messages) }).safeParse(payload).error : undefined) ?? noSuchJob(queue, parsed.data.domain)
    );
  };
}

const namesOf = (jobs: readonly JobDefinition[], domain: string): string[] =>
  jobs.filter(({ queue, name }) => queue === "messages" && name.startsWith(`${domain}.`)).map(({ name }) => name.slice(domain.length + 1));

const noSuchJob = (queue: string, domain: string) =>
  new z.ZodError([{ code: "custom", path: ["domain"], message: `domain ${domain} has no ${queue} job`, input: domain }]);
