import { queueName } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import type { StatesOf } from "../schedules/close-ended.ts";
import { closeStalled } from "./close-stalled.ts";
import { type EndedJobs, findUnwritten } from "./find-unwritten.ts";
import type { RunLog } from "./run-log.ts";

interface Subjects {
  readonly db: Db;
  readonly runLog: RunLog;
  readonly endedJobs: EndedJobs;
  readonly statesOf: StatesOf;
}

/** Writes ends of jobs that lost workers had not written, and ends attempts that nobody will take up; resolves to their number. */
export async function closeLostAttempts({ db, runLog, endedJobs, statesOf }: Subjects): Promise<number> {
  const unwritten = (await Promise.all(queueName.options.map((queue) => findUnwritten(db, queue, endedJobs)))).flat();
  for (const attempt of unwritten) runLog.ended(attempt);
  if (unwritten.length > 0) await runLog.flush();
  return unwritten.length + (await closeStalled(db, statesOf));
}
