export type { EntryCall, EntryValue } from "./calls/entries.ts";
export type { EnqueueCall, EnqueuedJob } from "./calls/jobs.ts";
export type { DeadLetterFilter } from "./calls/queues.ts";
export { type Client, createClient } from "./client.ts";
export type { EndedJob, Job } from "./job.ts";
export type { OnceCall } from "./post-once.ts";
export { ApiUnreachable, RequestRefused } from "./request-refused.ts";
export type { Call, ClientOptions } from "./transport.ts";
