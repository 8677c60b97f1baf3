import { setTimeout as pause } from "node:timers/promises";
import type { Pressure } from "./pressure.ts";

/** How large batches are, and how fast they follow one another. */
export interface Pace {
  /** Does a batch of as many rows as is fitting now, and rests afterwards while others need the database. */
  batch<T>(signal: AbortSignal, work: (limit: number) => Promise<T>): Promise<T>;
}

interface PaceOptions {
  /** No batch has more rows. */
  readonly most: number;
  /** How long a batch should take; a tenth of it while others are at work. */
  readonly targetMs: number;
  readonly pressure: () => Promise<Pressure>;
  readonly clock?: () => number;
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const firstRows = 1_000;
const growth = 1.5;
const fewestRows = 50;
const timesKept = 20;
const longestRestMs = 1_000;
/** Others' statements may wait for a core as long as a batch has it; but slower than this, a run would not keep up with a writer that never rests. */
const partBesideOthers = 1 / 10;
/** Rests, in lengths of the last batch. */
const restsFor: Readonly<Record<Pressure, number>> = { none: 0, busy: 1, strained: 4 };

/** Batches that follow a target time and get out of the way of others. */
export function createPace({ most, targetMs, pressure, clock = () => performance.now(), rest = restFor }: PaceOptions): Pace {
  let rows: number | undefined;
  const times: number[] = [];
  return {
    async batch(signal, work) {
      rows ??= Math.min(most, (await pressure()) === "none" ? firstRows : fewestRows);
      const began = clock();
      const result = await work(rows);
      const ms = clock() - began;
      times.splice(0, times.length < timesKept ? 0 : 1);
      times.push(ms);
      const level = isOftenSlow(times, targetMs) ? "strained" : await pressure();
      rows = Math.min(most, Math.max(Math.min(most, fewestRows), nextRows(rows, ms, targetMs, level)));
      const restMs = Math.min(longestRestMs, ms * restsFor[level]);
      if (restMs > 0) await rest(restMs, signal);
      return result;
    },
  };
}

function nextRows(rows: number, ms: number, targetMs: number, level: Pressure): number {
  if (level === "strained") return Math.round(rows / 2);
  const wanted = level === "busy" ? targetMs * partBesideOthers : targetMs;
  if (ms > wanted) return Math.round(rows * Math.max(0.5, wanted / ms));
  return ms <= wanted / growth ? Math.round(rows * growth) : rows;
}

/** Whether more than one in twenty batches takes twice its target or longer, although they get smaller when they are slow. */
const isOftenSlow = (times: readonly number[], targetMs: number) =>
  times.length === timesKept && times.filter((ms) => ms > 2 * targetMs).length > timesKept / 20;

/** The signal ends a rest early; what rests looks at it next. */
const restFor = (ms: number, signal: AbortSignal) => pause(ms, undefined, { signal }).catch(() => {});
