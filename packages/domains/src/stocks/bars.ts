import type { Db } from "@caretaker/db";
import type { CalendarDate } from "@caretaker/engine";

/** Prices are counted in ten-thousandths, so that sums and differences of them are exact. */
export const priceUnits = 10_000;

/** A stock's latest bars: the lists are from the newest back, at most `barsRead` long. */
export interface Bars {
  readonly code: string;
  readonly date: CalendarDate;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** close × volume, in money. */
  readonly amount: number;
  readonly closes: readonly number[];
  readonly volumes: readonly number[];
  /** The last close of the year before the newest bar's. */
  readonly yearBefore: number | null;
}

/** The newest bar and the 60 before it. */
const barsRead = 61;

type Row = [
  code: string,
  date: string,
  open: number,
  high: number,
  low: number,
  amount: number,
  closes: number[],
  volumes: number[],
  yearBefore: number | null,
];

const price = (column: string) => `round(${column} * ${priceUnits})::float8`;
const statement = {
  name: "stocks-bars",
  text: `
    select w.code, last.date::text, ${["open", "high", "low"].map((column) => price(`last.${column}`))}, (last.close * last.volume)::float8, b.closes, b.volumes,
      (select ${price("close")} from daily_bars y where y.code = w.code and y.date < date_trunc('year', last.date)::date order by y.date desc limit 1)
    from unnest($1::text[]) w(code),
      lateral (select * from daily_bars d where d.code = w.code and d.date <= $2 order by d.date desc limit 1) last,
      lateral (
        select array_agg(${price("close")} order by date desc) as closes, array_agg(volume::float8 order by date desc) as volumes
        from (select date, close, volume from daily_bars d where d.code = w.code and d.date <= $2 order by d.date desc limit ${barsRead}) recent
      ) b`,
};

/** The bars of stocks up to a day, by code; those without one are left out. */
export async function readBars(db: Db, codes: readonly string[], day: CalendarDate): Promise<Map<string, Bars>> {
  const rows = await db.rows<Row>(statement, [codes, day]);
  return new Map(
    rows.map(([code, date, open, high, low, amount, closes, volumes, yearBefore]) => [
      code,
      { code, date, open, high, low, amount, closes, volumes, yearBefore },
    ]),
  );
}
