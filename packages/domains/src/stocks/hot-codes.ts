import type { Db } from "@caretaker/db";
import type { CalendarDate } from "@caretaker/engine";

/** How many stocks are hot. */
export const hotStocks = 100;

const statement = {
  name: "stocks-hot-codes",
  text: `
    select code from daily_bars where date = (select max(date) from daily_bars where date <= $1)
    order by volume desc nulls last, code collate "C" limit ${hotStocks}`,
};

/** The codes with the largest volume on the last trading day up to a day, those of one volume in the order of their codes. */
export const readHotCodes = async (db: Db, day: CalendarDate): Promise<string[]> => (await db.rows<[string]>(statement, [day])).map(([code]) => code);
