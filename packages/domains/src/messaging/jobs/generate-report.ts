import { createHash } from "node:crypto";
import { instant, integerParam } from "@caretaker/contracts";
import { defineJob, entryReader, fileStore } from "@caretaker/engine";
import { z } from "zod";
import { addressedTo } from "../job-payload.ts";
import { drawStudyReport } from "../reports/draw-study-report.ts";
import { readStudyReport } from "../reports/read-study-report.ts";

/** A job's report has one name, however often the job is tried, and none that can be guessed from the user's. */
const nameOf = (userId: number, jobId: string) => `learning-${userId}-${createHash("sha256").update(jobId).digest("hex").slice(0, 20)}.pdf`;

/** `messaging.generate-report`: a user's learning analytics as a PDF, which the API serves. */
export const generateReport = defineJob({
  name: "messaging.generate-report",
  queue: "messages",
  schema: z.strictObject({
    ...addressedTo("generate-report"),
    userId: integerParam,
    days: z.int().min(7).max(90).default(30),
    asOf: instant.optional(),
  }),
  retry: { attempts: 4, backoff: "2s" },
  timeout: "2m",
  async handler({ id, data: { userId, days, asOf }, enqueuedAt, use, signal, progress }) {
    const now = asOf ? new Date(asOf) : enqueuedAt;
    progress({ current: 0, total: 3, status: "reading" });
    const report = await readStudyReport(use(entryReader), { userId, days, asOf: now });
    signal.throwIfAborted();
    progress({ current: 1, total: 3, status: "drawing" });
    const bytes = await drawStudyReport(report, now);
    signal.throwIfAborted();
    progress({ current: 2, total: 3, status: "storing" });
    const url = await use(fileStore).write(nameOf(userId, id), bytes, { signal });
    progress({ current: 3, total: 3, status: "done" });
    return { url, bytes: bytes.length, days, lastDay: report.lastDay };
  },
});
