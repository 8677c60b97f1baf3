import { createEntries } from "./calls/entries.ts";
import { createJobs } from "./calls/jobs.ts";
import { type ClientOptions, createTransport } from "./transport.ts";

/** What the HTTP API can do, with a typed function for each route. */
export type Client = ReturnType<typeof createClient>;

/** A client of the API; making one sends nothing. */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options);
  return { jobs: createJobs(transport), entries: createEntries(transport) };
}
