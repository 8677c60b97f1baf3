import { defineEntry } from "@caretaker/cache";
import type { Calendar, LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { readBars } from "../bars.ts";
import { readFundamentals } from "../fundamentals.ts";
import { existence, type StockParams, stockParams } from "../stock-params.ts";
import { namespace, stockTag } from "../tags.ts";
import { technicalOf } from "../technical.ts";

const number = z.number().nullable();
const value = z.strictObject({
  code: z.string(),
  fundamental: z.strictObject({
    industry: z.string().nullable(),
    pe: number,
    industryMedianPe: number,
    peToMedian: number,
    pb: number,
    marketCapRank: z.int().nullable(),
    industrySize: z.int(),
  }),
  technical: z.strictObject({ ma5: number, ma20: number, rsi14: number, volatility20: number }).nullable(),
});

/** `analysis`: a stock among its peers, and how its price has moved; both are read at the same time. */
export const createAnalysis = (calendar: Calendar) =>
  defineEntry({
    name: "stocks.analysis",
    key: "stock:{code}:analysis",
    params: stockParams,
    value,
    ttl: "10m",
    namespace,
    existence,
    tags: ({ code }) => [stockTag(code)],
    async loadMany(params: readonly StockParams[], { db, asOf }: LoadContext) {
      const codes = params.map(({ code }) => code);
      const [fundamentals, bars] = await Promise.all([readFundamentals(db, codes), readBars(db, codes, calendar.dateOf(asOf))]);
      return codes.map((code) => {
        const [fundamental, own] = [fundamentals.get(code), bars.get(code)];
        return fundamental ? { code, fundamental, technical: own ? technicalOf(own.closes) : null } : null;
      });
    },
  });
