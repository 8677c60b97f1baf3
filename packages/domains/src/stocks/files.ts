import type { ImportFacts } from "@caretaker/engine";

/** One row a stock of either file; what the fundamentals lack is null. */
const mergeStocks = `
  insert into stocks as old (code, name, industry, market_cap, pe_ttm, pb)
  select code, f.name, f.sector, f.market_cap, f.pe, f.price_book
  from (select symbol as code from bars union select symbol from fundamentals) listed
  left join (select distinct on (symbol) * from fundamentals order by symbol, report_date desc, ctid) f on f.symbol = listed.code
  on conflict (code) do update set (name, industry, market_cap, pe_ttm, pb) = row (excluded.name, excluded.industry, excluded.market_cap, excluded.pe_ttm, excluded.pb)
  where (old.name, old.industry, old.market_cap, old.pe_ttm, old.pb)
    is distinct from (excluded.name, excluded.industry, excluded.market_cap, excluded.pe_ttm, excluded.pb)`;

const mergeBars = `
  insert into daily_bars as old (code, date, open, high, low, close, volume)
  select distinct on (symbol, date) symbol, date, open, high, low, close, volume from bars order by symbol, date, ctid desc
  on conflict (code, date) do update set (open, high, low, close, volume) = row (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
  where (old.open, old.high, old.low, old.close, old.volume) is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)`;

/** Return on equity = earnings per share / book value per share, which is price / (price / book). */
const mergeFinancials = `
  insert into stock_financials as old (code, report_date, roe, pe_ttm, eps, dividend_yield)
  select distinct on (symbol, report_date) symbol, report_date, eps / nullif(price / nullif(price_book, 0), 0), pe, eps, dividend_yield_pct
  from fundamentals order by symbol, report_date, ctid desc
  on conflict (code, report_date) do update set (roe, pe_ttm, eps, dividend_yield) = row (excluded.roe, excluded.pe_ttm, excluded.eps, excluded.dividend_yield)
  where (old.roe, old.pe_ttm, old.eps, old.dividend_yield) is distinct from (excluded.roe, excluded.pe_ttm, excluded.eps, excluded.dividend_yield)`;

/** Daily bars, and fundamentals of the day that is in their file's name. */
export const files: ImportFacts = {
  files: {
    bars: {
      name: "daily_bars",
      table: "daily_bars",
      columns: { date: "date", symbol: "text", open: "number", high: "number", low: "number", close: "number", volume: "integer" },
    },
    fundamentals: {
      name: "fundamentals_*",
      table: "stock_financials",
      columns: {
        symbol: "text",
        name: "text?",
        sector: "text?",
        price: "number?",
        pe: "number?",
        dividend_yield_pct: "number?",
        eps: "number?",
        market_cap: "number?",
        price_book: "number?",
      },
      nameColumn: { report_date: "date" },
    },
  },
  merge: [mergeStocks, mergeBars, mergeFinancials],
  rows: {
    stocks: "select count(*) from (select symbol from bars union select symbol from fundamentals) listed",
    daily_bars: "select count(*) from (select distinct symbol, date from bars) b",
    stock_financials: "select count(*) from (select distinct symbol, report_date from fundamentals) f",
  },
};
