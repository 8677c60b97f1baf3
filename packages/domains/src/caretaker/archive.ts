import { type ArchivePolicy, defineArchivePolicy } from "@caretaker/engine";

const runs = defineArchivePolicy({
  name: "runs",
  why: "what a job did three months ago is asked by nobody, and would be most of the table",
  purge: { afterDays: 90, rows: [{ table: "job_runs", age: "started_at" }] },
});

const audit = defineArchivePolicy({
  name: "audit",
  why: "who changed what is looked up within a year, or never",
  purge: { afterDays: 365, rows: [{ table: "audit_log", age: "at" }] },
});

/** What becomes of Caretaker's own records. */
export const archive: readonly ArchivePolicy[] = [runs, audit];
