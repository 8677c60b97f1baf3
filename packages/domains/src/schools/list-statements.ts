import type { Statement } from "@caretaker/db";
import { type Level, orderOf } from "./level.ts";
import { bareName, filtersOf, type ListFilter } from "./list-filters.ts";
import { listFields, select } from "./school.ts";

/** Lists that are wanted: `$1` to `$4`. What they are filtered by follows, one row for each filter, however many of its pages are wanted. */
const wanted = "unnest($1::int[], $2::bigint[], $3::int[], $4::int[]) w(place, skipped, size, filter)";
const asked = (columns: readonly string[]) =>
  `unnest($5::int[]${columns.map((_, index) => `, $${index + 6}::text[]`).join("")}) as f(${["filter", ...columns]})`;

/** PostgreSQL tells names of statements apart by 63 characters. */
function nameOf(level: Level, how: string, filters: readonly ListFilter[]): string {
  const all = filtersOf(level).map(({ column }) => column);
  return `schools-${level.name}-${how}-${filters.map(({ column }) => all.indexOf(column)).join("-")}`;
}

/**
 * Pages of a few lists that are filtered by the same columns. Counting and paging both walk along the table's covering index, whatever the
 * filters are; schools are looked up for the page alone. `offset 0` has each filter counted once, and schools looked up by their key.
 */
export function walkStatement(level: Level, filters: readonly ListFilter[]): Statement {
  const [columns, order] = [filters.map(({ column }) => column), orderOf(level)];
  const matching = filters.map(({ matches }) => ` and ${matches}`).join("");
  return {
    name: nameOf(level, "walk", filters),
    text: `
      select w.place, f.total, ${select(listFields(level))}
      from ${wanted}
      join (select f.*, (select count(*) from ${level.table} s where true${matching})::int as total from ${asked(columns)} offset 0) f using (filter)
      left join lateral (select s.school_no from ${level.table} s where true${matching} order by ${order} offset w.skipped limit w.size) p on true
      left join lateral (select * from ${level.table} s where s.school_no = p.school_no offset 0) s on true
      order by w.place, ${order}`,
  };
}

/** Pages of many lists that are filtered by the same columns, all by equations: schools are read once, and numbered for each filter that they fit. */
export function joinStatement(level: Level, filters: readonly ListFilter[]): Statement {
  const [columns, order] = [filters.map(({ column }) => column), orderOf(level)];
  const names = columns.includes("either") ? `, lateral (select ${bareName("s.region")} as name union select ${bareName("s.district")}) n` : "";
  return {
    name: nameOf(level, "join", filters),
    text: `
      with matched as materialized (
        select f.filter, s.school_no, row_number() over (partition by f.filter order by ${order}) as rank
        from ${asked(columns)}, ${level.table} s${names} where ${filters.map(({ joins }) => joins).join(" and ")}
      ), totals as (select filter, count(*)::int as total from matched group by 1)
      select w.place, coalesce(t.total, 0), ${select(listFields(level))}
      from ${wanted} left join totals t using (filter)
      left join matched m on m.filter = w.filter and m.rank > w.skipped and m.rank <= w.skipped + w.size
      left join ${level.table} s on s.school_no = m.school_no
      order by w.place, ${order}`,
  };
}
