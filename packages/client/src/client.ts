import { createAudit } from "./calls/audit.ts";
import { createCachedValues } from "./calls/cached-values.ts";
import { createEntries } from "./calls/entries.ts";
import { createJobs } from "./calls/jobs.ts";
import { createMessages } from "./calls/messages.ts";
import { createQueues } from "./calls/queues.ts";
import { createReports } from "./calls/reports.ts";
import { createRuns } from "./calls/runs.ts";
import { createSchedules } from "./calls/schedules.ts";
import { type ClientOptions, createTransport } from "./transport.ts";

/** What the HTTP API can do, with a typed function for each route. */
export type Client = ReturnType<typeof createClient>;

/** A client of the API; making one sends nothing. */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options);
  return {
    jobs: createJobs(transport),
    messages: createMessages(transport),
    entries: createEntries(transport),
    cache: createCachedValues(transport),
    queues: createQueues(transport),
    schedules: createSchedules(transport),
    runs: createRuns(transport),
    reports: createReports(transport),
    audit: createAudit(transport),
  };
}
