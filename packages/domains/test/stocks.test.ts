import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importRows, openDomain, rowsOf } from "./open-domain.ts";

const folder = "stocks";
/** A day in the file with a year before it, still the day before in New York. */
const asOf = new Date("2017-02-07T04:30:00Z");
const day = "2017-02-06";

/** Quotes of all codes by window functions over all bars, written from the formulas. */
const quotes = `
  with b as (
    select *, lag(close) over w as pre, lag(close, 60) over w as c60, row_number() over w as n,
      (sum(volume) over (partition by code order by date rows between 5 preceding and 1 preceding)) as volume5,
      row_number() over (partition by code order by date desc) as back
    from daily_bars where date <= date '${day}' window w as (partition by code order by date))
  select b.code, jsonb_build_object('code', b.code, 'name', s.name, 'date', b.date::text, 'price', close, 'open', open, 'high', high, 'low', low,
    'preClose', pre, 'change', close - pre, 'pctChange', round(100 * (close - pre) / pre, 2), 'volume', volume, 'amount', close * volume,
    'amplitude', round(100 * (high - low) / pre, 2), 'volumeRatio', case when n > 5 then round(5 * volume / nullif(volume5, 0), 2) end,
    'change60d', round(100 * (close - c60) / c60, 2), 'changeYtd', round(100 * (close - y.last) / y.last, 2),
    'pe', s.pe_ttm, 'pb', s.pb, 'marketCap', s.market_cap) as value
  from b join stocks s using (code)
  left join lateral (select (array_agg(o.close order by o.date desc))[1] as last from daily_bars o
    where o.code = b.code and o.date < make_date(extract(year from b.date)::int, 1, 1)) y on true
  where back = 1 order by 1`;

const technical = `
  with b as (select code, close::float8, lag(close) over w as pre, row_number() over (partition by code order by date desc) as back
    from daily_bars where date <= date '${day}' window w as (partition by code order by date))
  select code, avg(close) filter (where back <= 5) as ma5, avg(close) filter (where back <= 20) as ma20,
    100 - 100 / (1 + avg(greatest(close - pre, 0)) filter (where back <= 14) / nullif(avg(greatest(pre - close, 0)) filter (where back <= 14), 0)) as rsi14,
    round((100 * stddev_samp(close / pre - 1) filter (where back <= 20))::numeric, 2)::float8 as volatility20
  from b group by code order by code`;

const fundamental = `
  select s.code, jsonb_build_object('industry', industry, 'pe', pe_ttm, 'pb', pb, 'industrySize', (select count(*) from stocks o where o.industry = s.industry),
    'industryMedianPe', (select (a[(n + 1) / 2] + a[n / 2 + 1]) / 2 from (select array_agg(pe_ttm order by pe_ttm) a, count(*)::int n from stocks o where o.industry = s.industry and pe_ttm is not null) m),
    'marketCapRank', case when industry is not null and market_cap is not null then 1 + (select count(*) from stocks o where o.industry = s.industry and o.market_cap > s.market_cap) end) as value
  from stocks s order by code`;

const nothing = !existsSync(rowsOf(folder));
describe.skipIf(nothing)("the S&P 500's rows (skipped where the files are not beside the repository)", () => {
  let all: Awaited<ReturnType<typeof openDomain>>;
  beforeAll(async () => {
    all = await openDomain(folder, () => asOf);
    expect(await importRows(all, folder)).toEqual({
      tables: { stocks: { rows: 528, refused: 0 }, daily_bars: { rows: 125_918, refused: 2 }, stock_financials: { rows: 505, refused: 0 } },
    });
  });
  afterAll(() => all?.[Symbol.asyncDispose]());

  test("every quote, analysis and hot list is what SQL makes of it", async () => {
    const { query, read, engine } = all;
    const expected = await query<{ code: string; value: Record<string, unknown> }>(quotes);
    const codes = expected.map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(490);
    const values = await Promise.all(codes.map((code) => read("quote", { code })));
    for (const [index, { code, value }] of expected.entries()) expect(values[index], code).toEqual(value);

    const analyses = new Map(
      (await Promise.all((await query<{ code: string }>("select code from stocks")).map(({ code }) => read("analysis", { code })))).map((value) => [
        (value as { code: string }).code,
        value as { fundamental: Record<string, unknown>; technical: Record<string, number> | null },
      ]),
    );
    for (const { code, value } of await query<{ code: string; value: Record<string, number | null> }>(fundamental)) {
      const { peToMedian, industryMedianPe, ...rest } = (analyses.get(code)?.fundamental ?? {}) as Record<string, number | null>;
      const { industryMedianPe: median, ...others } = value;
      expect(rest, code).toEqual(others);
      expect(industryMedianPe ?? 0).toBeCloseTo(median ?? 0, 9);
      expect(peToMedian).toBe(value.pe == null || median == null ? null : value.pe / (industryMedianPe as number));
    }
    for (const { code, ...value } of await query<{ code: string } & Record<string, number>>(technical)) {
      for (const [name, number] of Object.entries(value))
        expect(analyses.get(code)?.technical?.[name], `${name} of ${code}`).toBeCloseTo(number as number, 8);
    }

    const hot = (
      await query<{ code: string }>(`select code from daily_bars where date = '${day}' order by volume desc, code collate "C" limit 100`)
    ).map(({ code }) => code);
    expect(await read("hot-list", {})).toEqual(hot);
    expect(await read("hot-list", { limit: "3" })).toEqual(hot.slice(0, 3));
    expect(await all.warmUp({ entries: ["quote", "info"], force: true, asOf: asOf.toISOString() })).toMatchObject({
      targets: 200,
      written: 200,
      failed: 0,
    });
    expect(await engine.cache.exists(all.domain.entries[0] as never, { code: hot[99] })).toBe(true);
  });

  test("importing again changes nothing", async () => {
    const { query } = all;
    const versions = () =>
      query(
        "select (select max(xmin::text::bigint) from stocks) s, (select max(xmin::text::bigint) from daily_bars) b, (select max(xmin::text::bigint) from stock_financials) f",
      );
    const before = await versions();
    await importRows(all, folder);
    expect(await versions()).toEqual(before);
  });

  test("a screen's pages are all that fits, in order, each stock once", async () => {
    const { query, read } = all;

    const screens: [object, string][] = [
      [{}, "true"],
      [{ peBelow: 15 }, "pe_ttm < 15"],
      [{ pbBelow: "2.5", industry: "Financials" }, "pb < 2.5 and industry = 'Financials'"],
      [{ minMarketCap: 60e9 }, "market_cap >= 60000000000"],
      [{ peBelow: -1 }, "pe_ttm < -1"],
      [{ industry: "nothing" }, "false"],
    ];
    for (const [params, where] of screens) {
      const expected = (
        await query<{ code: string }>(`select code from stocks where ${where} order by market_cap desc nulls last, code collate "C"`)
      ).map(({ code }) => code);
      const found: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = (await read("screen", { ...params, limit: 37, ...(cursor ? { cursor } : {}) })) as {
          list: { code: string }[];
          nextCursor: string | null;
        };
        found.push(...page.list.map(({ code }) => code));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(found, JSON.stringify(params)).toEqual(expected);
    }
    await expect(read("screen", { cursor: "nonsense" })).rejects.toThrow("not a cursor");
  });
});

test("few bars leave null what needs more of them, and a stock without a bar has no quote", async () => {
  await using all = await openDomain(folder, () => asOf);
  const { query, read } = all;
  await query("insert into stocks (code, name) values ('ONE', 'One'), ('NONE', null), ('FLAT', 'Flat')");
  await query("insert into daily_bars values ('ONE', '2017-02-03', 10, 11, 9, 10.5, 100), ('ONE', '2017-02-07', 20, 20, 20, 20, 1)");
  await query("insert into daily_bars select 'FLAT', date '2017-01-01' + n, 5, 5, 5, 5, 0 from generate_series(1, 30) n");
  expect(await read("quote", { code: "ONE" })).toEqual({
    code: "ONE",
    name: "One",
    date: "2017-02-03",
    price: 10.5,
    open: 10,
    high: 11,
    low: 9,
    preClose: null,
    change: null,
    pctChange: null,
    volume: 100,
    amount: 1_050,
    amplitude: null,
    volumeRatio: null,
    change60d: null,
    changeYtd: null,
    pe: null,
    pb: null,
    marketCap: null,
  });
  expect(await read("quote", { code: "one" })).toBeNull();
  expect(await read("quote", { code: "NONE" })).toBeNull();
  expect(await read("info", { code: "NONE" })).toEqual({ code: "NONE", name: null, industry: null, marketCap: null, peTtm: null, pb: null });
  expect(await read("analysis", { code: "NONE" })).toMatchObject({
    technical: null,
    fundamental: { industry: null, industrySize: 0, marketCapRank: null },
  });
  expect(await read("analysis", { code: "ONE" })).toMatchObject({ technical: { ma5: null, ma20: null, rsi14: null, volatility20: null } });
  expect(await read("analysis", { code: "FLAT" })).toMatchObject({ technical: { ma5: 5, ma20: 5, rsi14: 50, volatility20: 0 } });
});

test("a code that no stock has costs nothing, and one that is listed later is found at once", async () => {
  await using all = await openDomain(folder, () => asOf);
  await using relay = all.engine.relay();
  await relay.ready;
  const { query, read, engine } = all;
  await query("insert into stocks (code) values ('OLD')");
  await engine.buildFilters();
  const absent: string[] = [];
  engine.cache.events.on("absent", ({ entry }) => absent.push(entry));
  await expect.poll(async () => [await read("info", { code: "NEW" }), absent.length > 0]).toEqual([null, true]);
  await query("insert into stocks (code) values ('NEW')");
  await expect.poll(() => read("info", { code: "NEW" })).toMatchObject({ code: "NEW" });
});
