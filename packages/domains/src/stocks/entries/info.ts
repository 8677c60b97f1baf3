import { defineEntry } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { readStocks, stock } from "../stock.ts";
import { existence, type StockParams, stockParams } from "../stock-params.ts";
import { namespace, stockTag } from "../tags.ts";

/** `info`: what a stock is. */
export const info = defineEntry({
  name: "stocks.info",
  key: "stock:{code}:info",
  params: stockParams,
  value: stock,
  ttl: "1h",
  namespace,
  existence,
  tags: ({ code }) => [stockTag(code)],
  async loadMany(params: readonly StockParams[], { db }: LoadContext) {
    const stocks = await readStocks(
      db,
      params.map(({ code }) => code),
    );
    return params.map(({ code }) => stocks.get(code) ?? null);
  },
});
