import { defineEntry } from "@caretaker/cache";
import { integerParam, numberParam, optionalTextParam } from "@caretaker/contracts";
import type { LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { readCursor, writeCursor } from "../screen-cursor.ts";
import { type StockRow, stock, stockColumns, toStock } from "../stock.ts";
import { namespace, screenTag } from "../tags.ts";

const longestPage = 100;
/** How many stocks a screen shows unless it is asked for more. */
export const firstScreen = 20;
const params = z.strictObject({
  peBelow: numberParam.optional(),
  pbBelow: numberParam.optional(),
  industry: optionalTextParam,
  minMarketCap: numberParam.optional(),
  limit: integerParam.refine((limit) => limit >= 1 && limit <= longestPage, `a limit is from 1 to ${longestPage}`).default(firstScreen),
  cursor: optionalTextParam.refine((text) => text === undefined || readCursor(text), "not a cursor of an earlier page"),
});
type ScreenParams = z.infer<typeof params>;

type Row = [place: number, exactCap: string | null, ...stock: StockRow];

/** Pages of many screens at once; each walks along the covering index from its cursor on until it is full. */
const statement = {
  name: "stocks-screen",
  text: `
    select w.place, s.market_cap::text, ${stockColumns.map((column) => `s.${column}`)}
    from unnest($1::int[], $2::numeric[], $3::numeric[], $4::text[], $5::numeric[], $6::int[], $7::numeric[], $8::text[])
      w(place, pe_below, pb_below, industry, min_cap, size, after_cap, after_code),
      lateral (
        select * from stocks s
        where (w.pe_below is null or s.pe_ttm < w.pe_below) and (w.pb_below is null or s.pb < w.pb_below)
          and (w.industry is null or s.industry = w.industry) and (w.min_cap is null or s.market_cap >= w.min_cap)
          and (w.after_code is null or case
            when w.after_cap is null then s.market_cap is null and s.code collate "C" > w.after_code
            else s.market_cap is null or s.market_cap < w.after_cap or (s.market_cap = w.after_cap and s.code collate "C" > w.after_code) end)
        order by s.market_cap desc nulls last, s.code collate "C" limit w.size
      ) s
    order by w.place, s.market_cap desc nulls last, s.code collate "C"`,
};

/** `screen`: stocks that fit, the largest first. */
export const screen = defineEntry({
  name: "stocks.screen",
  key: "stocks:screen",
  params,
  value: z.strictObject({ list: z.array(stock), nextCursor: z.string().nullable() }),
  ttl: "5m",
  namespace,
  tags: () => [screenTag],
  async loadMany(sets: readonly ScreenParams[], { db }: LoadContext) {
    const cursors = sets.map(({ cursor }) => (cursor === undefined ? undefined : readCursor(cursor)));
    const column = (name: "peBelow" | "pbBelow" | "industry" | "minMarketCap") => sets.map((set) => set[name] ?? null);
    const rows = await db.rows<Row>(statement, [
      sets.map((_, place) => place),
      column("peBelow"),
      column("pbBelow"),
      column("industry"),
      column("minMarketCap"),
      sets.map(({ limit }) => limit + 1),
      cursors.map((cursor) => cursor?.marketCap ?? null),
      cursors.map((cursor) => cursor?.code ?? null),
    ]);
    const found = Map.groupBy(rows, ([place]) => place);
    return sets.map(({ limit }, place) => pageOf(found.get(place) ?? [], limit));
  },
});

/** The stocks of a page; one row more than it has room for says that there is another. */
function pageOf(rows: readonly Row[], limit: number) {
  const list = rows.slice(0, limit).map(([, , ...row]) => toStock(row));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { list, nextCursor: last ? writeCursor({ marketCap: last[1], code: last[2] }) : null };
}
