import { chance, type DemoFacts, oneOf } from "@caretaker/engine";

const industries = [
  "Health Care",
  "Industrials",
  "Financials",
  "Information Technology",
  "Energy",
  "Utilities",
  "Real Estate",
  "Materials",
  "Consumer Staples",
];

const fillStocks = `
  insert into stocks (code, name, industry, market_cap, pe_ttm, pb)
  select code, 'Company ' || code, ${oneOf(industries, "g", 1)}, round((1e9 * exp(6 * ${chance("g", 2)}))::numeric), case when g % 9 <> 0 then round((60 * ${chance("g", 3)} - 5)::numeric, 2) end,
    round((12 * ${chance("g", 4)})::numeric, 2)
  from generate_series(1, $1::bigint) g, lateral (select 'X' || chr(65 + (g / 676 % 26)::int) || chr(65 + (g / 26 % 26)::int) || chr(65 + (g % 26)::int) || case when g > 17575 then g::text else '' end as code) c`;

/** Prices that go up and down around a trend; the newest bars are of the day before the given one, weekends left out. */
const fillBars = `
  insert into daily_bars (code, date, open, high, low, close, volume)
  select code, day, round(close * (1 + 0.02 * (${chance("seed", 11)} - 0.5))::numeric, 2), round(close * 1.02, 2), round(close * 0.98, 2), close, floor(1e5 * exp(5 * ${chance("seed", 12)}))::bigint
  from (select code, day, seed, round((20 + 200 * ${chance("hashtext(code)", 13)} * (1 + 0.2 * sin(n / 25.0 + hashtext(code) % 7)) + 3 * ${chance("seed", 14)})::numeric, 2) as close
    from stocks, lateral (select n, $1::date - n::int as day, hashtext(code || n) as seed from generate_series(1, $2::int) n) d
    where extract(isodow from day) < 6) priced`;

const fillExecutions = `
  insert into strategy_executions (user_id, strategy, code, executed_at, result)
  select 1 + g % 50, ${oneOf(["momentum", "value", "mean-reversion"], "g", 21)}, (select min(code) from stocks), $1::timestamptz - 400 * ${chance("g", 22)} * interval '1 day',
    jsonb_build_object('return', round((20 * ${chance("g", 23)} - 8)::numeric, 2))
  from generate_series(1, 2000) g`;

const [stocks, days] = [200, 400];

/** Made-up companies with a year of bars, and what strategies did with them. */
export const demo: DemoFacts = {
  tables: ["stocks", "daily_bars", "strategy_executions"],
  async fill(client, asOf, scale) {
    await client.query(fillStocks, [Math.ceil(stocks * scale)]);
    await client.query(fillBars, [asOf, days]);
    await client.query(fillExecutions, [asOf]);
    return {};
  },
};
