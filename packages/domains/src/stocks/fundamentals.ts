import type { Db } from "@caretaker/db";

/** A stock's place in its industry. */
export interface Fundamentals {
  industry: string | null;
  pe: number | null;
  industryMedianPe: number | null;
  peToMedian: number | null;
  pb: number | null;
  marketCapRank: number | null;
  industrySize: number;
}

type Row = [code: string, industry: string | null, pe: number | null, median: number | null, pb: number | null, rank: number | null, size: number];

/** Each industry among the stocks asked for is read once. */
const statement = {
  name: "stocks-fundamentals",
  text: `
    with wanted as materialized (select code, industry, pe_ttm, pb, market_cap from stocks where code = any($1)),
    industries as (select distinct industry from wanted where industry is not null),
    peers as materialized (
      select code, industry, pe_ttm, rank() over (partition by industry order by market_cap desc nulls last) as place
      from stocks where industry in (select industry from industries)
    ),
    medians as (select industry, percentile_cont(0.5) within group (order by pe_ttm::float8) as pe, count(*) as size from peers group by industry)
    select w.code, w.industry, w.pe_ttm::float8, m.pe, w.pb::float8, case when w.market_cap is not null then p.place::int end, coalesce(m.size, 0)::int
    from wanted w left join peers p using (code) left join medians m on m.industry = w.industry`,
};

/** What is known of stocks among their peers, by code. */
export async function readFundamentals(db: Db, codes: readonly string[]): Promise<Map<string, Fundamentals>> {
  const rows = await db.rows<Row>(statement, [codes]);
  return new Map(
    rows.map(([code, industry, pe, industryMedianPe, pb, marketCapRank, industrySize]) => {
      const peToMedian = pe === null || !industryMedianPe ? null : pe / industryMedianPe;
      return [code, { industry, pe, industryMedianPe, peToMedian, pb, marketCapRank, industrySize }];
    }),
  );
}
