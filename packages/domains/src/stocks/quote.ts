import { roundRatio } from "@caretaker/engine";
import { type Bars, priceUnits } from "./bars.ts";

const volumeDays = 5;
const changeDays = 60;

const percent = (part: number, whole: number) => (whole === 0 ? null : roundRatio(100 * part, whole));
const changeFrom = (now: number, then: number | null | undefined) => (then == null ? null : percent(now - then, then));

/** What is told of a stock's latest day. The first bar has nothing before it to compare with. */
export function quoteOf({ date, open, high, low, amount, closes, volumes, yearBefore }: Bars) {
  const [close = 0, before = null] = closes;
  const [volume = 0, ...earlier] = volumes;
  const mean = earlier.slice(0, volumeDays);
  return {
    date,
    price: close / priceUnits,
    open: open / priceUnits,
    high: high / priceUnits,
    low: low / priceUnits,
    preClose: before === null ? null : before / priceUnits,
    change: before === null ? null : (close - before) / priceUnits,
    pctChange: changeFrom(close, before),
    volume,
    amount,
    amplitude: before === null ? null : percent(high - low, before),
    volumeRatio: mean.length < volumeDays ? null : ratio(volume * volumeDays, mean),
    change60d: changeFrom(close, closes[changeDays]),
    changeYtd: changeFrom(close, yearBefore),
  };
}

function ratio(volume: number, days: readonly number[]): number | null {
  const sum = days.reduce((total, day) => total + day, 0);
  return sum === 0 ? null : roundRatio(volume, sum);
}
