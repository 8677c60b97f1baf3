import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { readBars } from "../bars.ts";
import { quoteOf } from "../quote.ts";
import { readStocks } from "../stock.ts";
import { existence, type StockParams, stockParams } from "../stock-params.ts";
import { namespace, stockTag } from "../tags.ts";

const number = z.number().nullable();
const value = z.strictObject({
  code: z.string(),
  name: z.string().nullable(),
  date: z.string(),
  price: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  preClose: number,
  change: number,
  pctChange: number,
  volume: z.number(),
  amount: z.number(),
  amplitude: number,
  volumeRatio: number,
  change60d: number,
  changeYtd: number,
  pe: number,
  pb: number,
  marketCap: number,
});

/** `quote`: a stock's latest day, never older than its ttl in any tier. */
export const createQuote = (calendar: Calendar) =>
  defineEntry({
    name: "stocks.quote",
    key: "stock:{code}:quote",
    params: stockParams,
    value,
    ttl: "5s",
    memoryTtl: "5s",
    namespace,
    existence,
    tags: ({ code }) => [stockTag(code)],
    async loadMany(params: readonly StockParams[], { db, asOf }: LoadContext) {
      const codes = params.map(({ code }) => code);
      const [bars, stocks] = await Promise.all([readBars(db, codes, calendar.dateOf(asOf)), readStocks(db, codes)]);
      return codes.map((code) => {
        const [own, stock] = [bars.get(code), stocks.get(code)];
        if (!own || !stock) return null;
        const { name, peTtm: pe, pb, marketCap } = stock;
        return { code, name, ...quoteOf(own), pe, pb, marketCap };
      });
    },
  });
