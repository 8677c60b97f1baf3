import type { Calendar, CalendarDate } from "@caretaker/engine";

/** From an instant to before another one, in seconds since 1970, which are whole numbers that no object has to hold. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The span of some days from a date on. The last one is remembered: all users of a warm-up have the same. */
export function createSpans(calendar: Calendar): (from: CalendarDate, days: number) => Span {
  let last = { date: "", days: 0, span: { from: 0, to: 0 } };
  return (date, days) => {
    if (last.date === date && last.days === days) return last.span;
    const span = { from: secondsOf(calendar.startOf(date)), to: secondsOf(calendar.startOf(calendar.plusDays(date, days))) };
    last = { date, days, span };
    return span;
  };
}

const secondsOf = (ms: number) => Math.floor(ms / 1_000);
