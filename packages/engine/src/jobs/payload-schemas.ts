import type { QueueName } from "@caretaker/contracts";
import type { JobDefinition } from "@caretaker/queue";

/** The payload of a job that callers may put into its queue. */
export type PayloadSchema = Pick<JobDefinition, "name" | "schema"> & { readonly domain: string };

/** The payloads of a queue's jobs that callers may put in: those named `<domain>.<queue>`, and all messages. */
export const payloadSchemas = (jobs: readonly JobDefinition[], queue: QueueName): PayloadSchema[] =>
  jobs
    .filter((job) => job.queue === queue && (queue === "messages" || job.name.endsWith(`.${queue}`)))
    .map(({ name, schema }) => ({ name, schema, domain: name.slice(0, name.indexOf(".")) }));
