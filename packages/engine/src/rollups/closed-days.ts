import type { Session } from "@caretaker/db";
import type { CalendarDate } from "../calendar.ts";
import type { DayRange } from "./day-ranges.ts";
import type { Rollup } from "./rollup.ts";

const select = `select subject, before from rollup_closed where source = $1 and (subject = '' or subject = any($2))`;
const close = (subjects: string) => `
  insert into rollup_closed as old (source, before, subject) select $1::text, $2::timestamptz, subject::text from (${subjects}) closed (subject)
  on conflict (source, subject) do update set before = greatest(old.before, excluded.before)`;

interface Closing {
  /** The table whose rows, or archived rows, are being deleted. */
  readonly source: string;
  readonly before: Date;
}

/** Notes that rows before an instant are being deleted for good, of one subject or (`""`) of all: what was added up of them stands. */
export async function closeDays(session: Pick<Session, "query">, { source, before, subject }: Closing & { subject: string }): Promise<void> {
  await session.query(close("values ($3::text)"), [source, before, subject]);
}

/** The same for the subjects that a query finds. */
export async function closeDaysOf(session: Pick<Session, "query">, { source, before, subjects }: Closing & { subjects: string }): Promise<void> {
  await session.query(close(subjects), [source, before]);
}

/** What is left of ranges without the days that can't be computed any more, since rows that they depend on were deleted for good. */
export async function withoutClosed(session: Pick<Session, "query">, rollup: Rollup, ranges: readonly DayRange[]): Promise<DayRange[]> {
  const subjects = [...new Set(ranges.map(({ subject }) => subject))];
  const { rows } = await session.query<{ subject: string; before: Date }>(select, [rollup.source, subjects]);
  if (rows.length === 0) return [...ranges];
  const open = new Map(rows.map(({ subject, before }) => [subject, firstOpenDay(rollup, before)]));
  return ranges.flatMap((range) => {
    const from = [range.from, open.get("") ?? "", open.get(range.subject) ?? ""].reduce((a, b) => (a > b ? a : b));
    return from <= range.to ? [{ ...range, from }] : [];
  });
}

const firstOpenDay = ({ calendar, reachDays = 0 }: Rollup, before: Date): CalendarDate =>
  calendar.plusDays(calendar.dateOf(new Date(before.getTime() - 1)), 1 + reachDays);
