import type { Session } from "@caretaker/db";
import type { Cursor, Step } from "../batches/step.ts";
import type { CalendarDate } from "../calendar.ts";
import { computeRanges } from "./compute-ranges.ts";
import { changedDays, firstDay, lastDay, rangesOf } from "./day-ranges.ts";
import { nextSubjects } from "./next-subjects.ts";
import type { Rollup } from "./rollup.ts";
import { beginBuild, collectWindows, finishBuild, takeTurn, takeWindows } from "./rollup-state.ts";

/** What a run computes of a rollup: what has changed, all days, or all of some days. */
export type Extent = "changed" | "all" | { readonly from?: CalendarDate | undefined; readonly to?: CalendarDate | undefined };

interface Options {
  readonly name: string;
  readonly extent: Extent;
  /** Told of each batch how many of the units that `countUnits` counts it did. */
  readonly onDone: (units: number) => void;
}

/** Subjects of a batch, for each row that a batch of windows may have: their rows are many. */
const subjectsShare = 0.25;

/** A rollup as a step: `matched` counts days, `done` rows that have changed. */
export function rollupStep(rollup: Rollup, { name, extent, onDone }: Options): Step {
  const common = { name: rollup.name, verb: "adding up", tables: [rollup.target.table] };
  if (extent === "changed") return { ...common, batch: (session, from) => changedBatch(session, rollup, { name, onDone, ...from }) };
  return { ...common, batch: (session, from) => subjectsBatch(session, rollup, { name, extent, onDone, ...from }) };
}

interface From {
  readonly after: Cursor | null;
  readonly limit: number;
}

/** Takes windows that have changed and computes them; they are changed again if that does not come to an end. */
async function changedBatch(session: Session, rollup: Rollup, { name, after, limit, onDone }: From & Omit<Options, "extent">) {
  await takeTurn(session, name);
  if (!after) await collectWindows(session, rollup.source, limit);
  const windows = await takeWindows(session, name, limit);
  const days = changedDays(rollup, windows);
  const { changed } = await computeRanges(session, rollup, rangesOf(rollup, days));
  onDone(windows.length);
  return { matched: [...days.values()].reduce((sum, { size }) => sum + size, 0), done: changed, next: windows.length === limit ? ["on"] : null };
}

/** Computes days of the subjects that come next. All days begin with a batch that only says so: others have to see that before anything is read. */
async function subjectsBatch(
  session: Session,
  rollup: Rollup,
  { name, extent, after, limit, onDone }: From & Options & { extent: Exclude<Extent, "changed"> },
) {
  await takeTurn(session, name);
  if (extent === "all" && !after) {
    await beginBuild(session, name, rollup.source, limit);
    return { matched: 0, done: 0, next: [] };
  }
  const atOnce = Math.max(1, Math.round(limit * subjectsShare));
  const subjects = await nextSubjects(session, rollup, after?.[0], atOnce);
  const { from = firstDay, to = lastDay } = extent === "all" ? {} : extent;
  const { days, changed } = await computeRanges(
    session,
    rollup,
    subjects.map((subject) => ({ subject, from, to })),
  );
  onDone(subjects.length);
  const last = subjects.length === atOnce ? subjects.at(-1) : undefined;
  if (extent === "all" && last === undefined) await finishBuild(session, name);
  return { matched: days, done: changed, next: last === undefined ? null : [last] };
}
