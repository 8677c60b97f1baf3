import { type Domain, defineDomain } from "@caretaker/engine";
import { archive } from "./archive.ts";

/** Caretaker's own records of what was done, which get old like others. */
export const caretaker: Domain = defineDomain({
  name: "caretaker",
  description: "Caretaker's own records: runs of jobs, and who changed what",
  entries: [],
  warmup: { parts: [] },
  archive,
  schedules: [{ name: "delete-old-records", queue: "archive", when: { pattern: "30 4 * * *", tz: "UTC" }, payload: {} }],
  retry: { attempts: 4, backoff: "10s" },
});
