const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** Zones change their offset on a quarter of an hour, so within one an offset holds. */
const quarterMs = 15 * minuteMs;
const remembered = 512;

/** A zone's clock on the wall: what it shows at an instant, and when it first shows a time. Wall times are ms as if the zone were UTC. */
export interface WallClock {
  wallAt(instantMs: number): number;
  /** The instant at which the clock first shows `wallMs`; of a time that is left out, the first instant after the gap. */
  instantOf(wallMs: number): number;
}

const clocks = new Map<string, WallClock>();

/** The clock of an IANA zone. Throws a `RangeError` for an unknown one. */
export function wallClock(tz: string): WallClock {
  const known = clocks.get(tz);
  if (known) return known;
  const clock = createWallClock(tz);
  clocks.set(tz, clock);
  return clock;
}

function createWallClock(tz: string): WallClock {
  const offsetAt = createOffset(tz);
  return {
    wallAt: (instantMs) => instantMs + offsetAt(instantMs),
    instantOf(wallMs) {
      const before = offsetAt(wallMs - dayMs);
      const after = offsetAt(wallMs + dayMs);
      const shownBy = [wallMs - before, wallMs - after].filter((at) => at + offsetAt(at) === wallMs);
      return shownBy.length > 0 ? Math.min(...shownBy) : endOfGap(offsetAt, wallMs - after, wallMs - before);
    },
  };
}

/** The instant between the two at which the offset changes, to the millisecond. */
function endOfGap(offsetAt: (ms: number) => number, from: number, to: number): number {
  let [early, late] = [from, to];
  const old = offsetAt(early);
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (offsetAt(middle) === old) early = middle;
    else late = middle;
  }
  return late;
}

function createOffset(tz: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "longOffset" });
  const known = new Map<number, number>();
  return (instantMs) => {
    const quarter = Math.floor(instantMs / quarterMs);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = readOffset(format, instantMs);
      if (known.size >= remembered) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
}

function readOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(instantMs)) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minuteMs;
  return sign === "-" ? -size : size;
}
