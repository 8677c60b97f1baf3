import type { CalendarDate } from "../calendar.ts";
import type { Rollup } from "./rollup.ts";

/** Days of a subject that are computed together, both included. */
export interface DayRange {
  readonly subject: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** Days that calendars and PostgreSQL write alike; others, of rows that can't be true, are left out. */
export const firstDay: CalendarDate = "0001-02-01";
export const lastDay: CalendarDate = "9999-11-30";

/** When something changed of a subject; the driver reads infinite instants as numbers. */
export interface Window {
  readonly subject: string;
  readonly instants: readonly (Date | number)[];
}

/** The days on which something changed, by subject. */
export function changedDays({ calendar }: Rollup, windows: readonly Window[]): Map<string, Set<CalendarDate>> {
  const days = new Map<string, Set<CalendarDate>>();
  for (const { subject, instants } of windows) {
    const known = days.get(subject) ?? new Set();
    for (const instant of instants) if (instant instanceof Date) known.add(calendar.dateOf(instant));
    days.set(subject, known);
  }
  for (const known of days.values())
    for (const day of known) if (day.length !== firstDay.length || day < firstDay || day > lastDay) known.delete(day);
  return days;
}

/** The ranges that days stand for with those that depend on them; ranges of a subject that overlap are one. */
export function rangesOf({ calendar, reachDays = 0 }: Rollup, days: ReadonlyMap<string, ReadonlySet<CalendarDate>>): DayRange[] {
  const ranges: DayRange[] = [];
  for (const [subject, changed] of days) {
    for (const from of [...changed].sort()) {
      const last = ranges.at(-1);
      const to = earlier(calendar.plusDays(from, reachDays), lastDay);
      if (last?.subject === subject && from <= last.to) ranges[ranges.length - 1] = { ...last, to };
      else ranges.push({ subject, from, to });
    }
  }
  return ranges;
}

const earlier = (a: CalendarDate, b: CalendarDate) => (a < b ? a : b);
