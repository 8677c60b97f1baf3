import { z } from "zod";

/** What a key of the API can be allowed to do. */
export const scope = z.enum([
  "jobs:read",
  "jobs:write",
  "queues:read",
  "queues:admin",
  "schedules:read",
  "schedules:write",
  "entries:read",
  "cache:write",
  "runs:read",
  "runs:admin",
  "audit:read",
]);
export type Scope = z.infer<typeof scope>;
