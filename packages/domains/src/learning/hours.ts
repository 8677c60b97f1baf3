import type { Calendar } from "@caretaker/engine";
import type { Span } from "./span.ts";

/** Time zones are whole quarters of an hour apart, and change on them. */
const quarter = 900;
const unknown = 255;

/** The hour of the day, 0 to 23, of any instant of a span. It is worked out once for each quarter: a warm-up asks for that of each session. */
export class Hours {
  readonly #calendar: Calendar;
  readonly #first: number;
  readonly #hours: Uint8Array;

  constructor(calendar: Calendar, { from, to }: Span) {
    this.#calendar = calendar;
    this.#first = Math.floor(from / quarter);
    this.#hours = new Uint8Array(Math.ceil(to / quarter) - this.#first).fill(unknown);
  }

  /** `time` in seconds since 1970. */
  of(time: number): number {
    const index = Math.floor(time / quarter) - this.#first;
    const known = this.#hours[index] as number;
    if (known !== unknown) return known;
    const hour = this.#calendar.hourOf(1_000 * time);
    this.#hours[index] = hour;
    return hour;
  }
}
