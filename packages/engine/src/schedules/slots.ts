import { CaretakerError, type ScheduleWhen, toMs } from "@caretaker/contracts";
import { CronExpressionParser } from "cron-parser";
import { wallClock } from "./wall-clock.ts";

/** A timing that can't be kept; `code` says in which respect. */
export class TimingRefused extends CaretakerError {
  override readonly code: "INVALID_CRON" | "INVALID_TZ" | "TOO_FREQUENT";

  constructor(code: TimingRefused["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Fields of digits, names and `* , - / ? # L`; `H`, a field chosen at random, would differ between replicas. */
const cronText = /^(?:[\d*,\-/?#L]|[A-GI-Z]{3})+$/i;

/**
 * The instants after `afterMs` at which a schedule is to fire, in order, without end. Intervals count from 1970 on; a cron
 * pattern names times on its zone's clock: one that is shown twice counts once, the first time, and one that is left out
 * counts as the first instant after the gap.
 */
export function slotsAfter(when: ScheduleWhen, afterMs: number): Iterable<number> {
  return "every" in when ? multiplesAfter(toMs(when.every), afterMs) : cronSlotsAfter(when.pattern, when.tz, afterMs);
}

function* multiplesAfter(everyMs: number, afterMs: number): Generator<number> {
  for (let slot = (Math.floor(afterMs / everyMs) + 1) * everyMs; ; slot += everyMs) yield slot;
}

function* cronSlotsAfter(pattern: string, tz: string, afterMs: number): Generator<number> {
  const clock = wallClock(tz);
  // the parser counts on a clock without gaps; its own way with them is another one than ours
  const walls = CronExpressionParser.parse(pattern, { tz: "UTC", currentDate: new Date(clock.wallAt(afterMs)) });
  for (let last = afterMs; ; ) {
    const slot = clock.instantOf(walls.next().getTime());
    if (slot <= last) continue;
    last = slot;
    yield slot;
  }
}

/** The first slot after an instant. */
export function nextSlot(when: ScheduleWhen, after: Date): Date {
  const [slot] = takeSlots(when, after, 1);
  return slot as Date;
}

/** The first `count` slots after an instant. */
export const takeSlots = (when: ScheduleWhen, after: Date, count: number): Date[] =>
  Iterator.from(slotsAfter(when, after.getTime()))
    .take(count)
    .map((slot) => new Date(slot))
    .toArray();

/** Throws `TimingRefused` unless the timing can be kept and, with `atMostEveryMs`, fires no more often than that. */
export function checkTiming(when: ScheduleWhen, { atMostEveryMs = 0, now = new Date() } = {}): void {
  if ("pattern" in when) checkPattern(when);
  const slots = takeSlots(when, now, 100);
  const tooClose = slots.some((slot, index) => index > 0 && slot.getTime() - (slots[index - 1] as Date).getTime() < atMostEveryMs);
  if (tooClose) throw new TimingRefused("TOO_FREQUENT", `fires more often than every ${atMostEveryMs / 1_000} s`);
}

function checkPattern({ pattern, tz }: { pattern: string; tz: string }): void {
  try {
    wallClock(tz);
  } catch (cause) {
    throw new TimingRefused("INVALID_TZ", `there is no time zone ${tz}: write an IANA name such as Europe/Berlin`, cause);
  }
  const refuse = (why: string, cause?: unknown) => new TimingRefused("INVALID_CRON", `not a cron pattern: "${pattern}" (${why})`, cause);
  const fields = pattern.trim().split(/\s+/);
  if (fields.length < 5 || fields.length > 6) throw refuse("write five fields, minute to day of week, or six with seconds first");
  const strange = fields.find((field) => !cronText.test(field));
  if (strange !== undefined) throw refuse(`${strange} is no field`);
  try {
    CronExpressionParser.parse(pattern, { tz: "UTC" }).next();
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
}
