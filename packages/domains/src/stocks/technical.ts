import { priceUnits } from "./bars.ts";

const rsiChanges = 14;
const volatilityReturns = 20;

/**
 * Moving averages, relative strength and volatility of closes, which are given from the newest back: null for what needs more of
 * them. RSI is Wilder's with simple means (New Concepts in Technical Trading Systems, 1978); volatility the sample standard deviation
 * of daily simple returns in percent, not annualised.
 */
export const technicalOf = (closes: readonly number[]) => ({
  ma5: movingAverage(closes, 5),
  ma20: movingAverage(closes, 20),
  rsi14: relativeStrength(closes),
  volatility20: volatility(closes),
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function movingAverage(closes: readonly number[], days: number): number | null {
  return closes.length < days ? null : sum(closes.slice(0, days)) / (days * priceUnits);
}

/** The change of each of the latest `count` days, made of its close and the one before; undefined if there are too few. */
function changes(closes: readonly number[], count: number, changeOf: (close: number, before: number) => number): number[] | undefined {
  if (closes.length <= count) return undefined;
  return closes.slice(0, count).map((close, day) => changeOf(close, closes[day + 1] as number));
}

/** 100 − 100 / (1 + gains / losses), which is 100 gains / (gains + losses). */
function relativeStrength(closes: readonly number[]): number | null {
  const moves = changes(closes, rsiChanges, (close, before) => close - before);
  if (!moves) return null;
  const gains = sum(moves.filter((move) => move > 0));
  const moved = sum(moves.map(Math.abs));
  return moved === 0 ? 50 : (100 * gains) / moved;
}

function volatility(closes: readonly number[]): number | null {
  const returns = changes(closes, volatilityReturns, (close, before) => close / before - 1);
  if (!returns?.every(Number.isFinite)) return null;
  const mean = sum(returns) / volatilityReturns;
  const variance = sum(returns.map((each) => (each - mean) ** 2)) / (volatilityReturns - 1);
  return Math.round(10_000 * Math.sqrt(variance)) / 100;
}
