import type { Db } from "@caretaker/db";
import { z } from "zod";

const number = z.number().nullable();

/** A stock as lists have it. */
export const stock = z.strictObject({
  code: z.string(),
  name: z.string().nullable(),
  industry: z.string().nullable(),
  marketCap: number,
  peTtm: number,
  pb: number,
});
export type Stock = z.infer<typeof stock>;

/** The columns of a stock, in the order of its fields. */
export const stockColumns = ["code", "name", "industry", "market_cap::float8", "pe_ttm::float8", "pb::float8"];

export type StockRow = [
  code: string,
  name: string | null,
  industry: string | null,
  marketCap: number | null,
  peTtm: number | null,
  pb: number | null,
];

export const toStock = ([code, name, industry, marketCap, peTtm, pb]: StockRow): Stock => ({ code, name, industry, marketCap, peTtm, pb });

const statement = { name: "stocks-stock", text: `select ${stockColumns} from stocks where code = any($1)` };

/** Stocks by their codes. */
export async function readStocks(db: Db, codes: readonly string[]): Promise<Map<string, Stock>> {
  const rows = await db.rows<StockRow>(statement, [codes]);
  return new Map(rows.map((row) => [row[0], toStock(row)]));
}
