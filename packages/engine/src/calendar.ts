import { Temporal } from "temporal-polyfill";

/** A calendar date, `YYYY-MM-DD`. */
export type CalendarDate = string;

/** The days and weeks of one time zone as instants, ms since 1970; days of 23 and 25 hours included. */
export interface Calendar {
  readonly tz: string;
  /** The date that an instant falls on. */
  dateOf(instant: Date): CalendarDate;
  /** The hour of the day that an instant (ms since 1970) falls in, 0 to 23. */
  hourOf(ms: number): number;
  /** When a date begins. */
  startOf(date: CalendarDate): number;
  /** The date `days` later, or earlier if negative. */
  plusDays(date: CalendarDate, days: number): CalendarDate;
  /** The Monday of a date's week. */
  mondayOf(date: CalendarDate): CalendarDate;
}

/** The same few dates and hours are asked for again and again: each is worked out once. */
const answersRemembered = 10_000;
/** Zones are whole quarters of an hour apart, and change on them. */
const quarterMs = 900_000;

function remembered<Key, T>(work: (key: Key) => T): (key: Key) => T {
  const known = new Map<Key, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= answersRemembered) known.clear();
    const made = work(key);
    known.set(key, made);
    return made;
  };
}

/** The calendar of an IANA time zone. Throws a `RangeError` if there is no such zone. */
export function createCalendar(tz: string): Calendar {
  Temporal.Now.zonedDateTimeISO(tz);
  const zoned = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz);
  const day = (text: string) => Temporal.PlainDate.from(text);
  const dateOf = remembered((ms: number) => zoned(ms).toPlainDate().toString());
  const hourOfQuarter = remembered((quarter: number) => zoned(quarter * quarterMs).hour);
  const daysFrom = remembered((date: CalendarDate) => remembered((days: number) => day(date).add({ days }).toString()));
  return {
    tz,
    dateOf: (instant) => dateOf(instant.getTime()),
    hourOf: (ms) => hourOfQuarter(Math.floor(ms / quarterMs)),
    startOf: remembered((date: CalendarDate) => day(date).toZonedDateTime(tz).epochMilliseconds),
    plusDays: (date, days) => daysFrom(date)(days),
    mondayOf: remembered((date: CalendarDate) =>
      day(date)
        .subtract({ days: day(date).dayOfWeek - 1 })
        .toString(),
    ),
  };
}

/** Whether a date is a Monday; false for what is no date. */
export const isMonday = (date: CalendarDate): boolean => new Date(`${date}T00:00Z`).getUTCDay() === 1;
