import type { LoadContext } from "@caretaker/engine";
import { readDistrict } from "./district-filter.ts";
import { type Level, orderOf } from "./level.ts";
import { listFields, select, toObject } from "./school.ts";

/** What every list can be asked for; each level has filters of its own besides. */
export interface ListParams {
  readonly district?: string | undefined;
  readonly keyword?: string | undefined;
  readonly page: number;
  readonly pageSize: number;
}

export interface Page<School> {
  list: School[];
  total: number;
  page: number;
  pageSize: number;
  totalPages: number;
}

type Row = [place: number, total: number, ...school: unknown[]];
type Filter = readonly [column: string, condition: string, read: (params: ListParams) => string | null];

const given =
  (name: string) =>
  (params: object): string | null =>
    (params as Record<string, string | undefined>)[name] ?? null;
const named = (column: string, asked: string) => `s.${column} in (f.${asked}, f.${asked} || '区')`;

/** What lists can be filtered by: SQL for whether a school `s` fits the filter `f`, and what `f` has for it. */
const filtersOf = ({ own }: Level): readonly Filter[] => [
  ["region", named("region", "region"), ({ district }) => readDistrict(district).region],
  ["district", named("district", "district"), ({ district }) => readDistrict(district).district],
  ["either", `(${named("region", "either")} or ${named("district", "either")})`, ({ district }) => readDistrict(district).either],
  ["keyword", "strpos(s.searched_names, lower(f.keyword)) > 0", given("keyword")],
  ...Object.entries({ category: "category", gender: "gender", religion: "religion", ...own }).map(
    ([name, column]): Filter => [column, `s.${column} = f.${column}`, given(name)],
  ),
];

/**
 * Pages of lists that are filtered by the same columns. Counting and paging both walk along the table's covering index, whatever the filters
 * are; schools are looked up for the page alone. `offset 0` has each filter counted once, however many of its pages are wanted.
 */
function statementOf(level: Level, filters: readonly Filter[]) {
  const all = filtersOf(level).map(([column]) => column);
  const [columns, order] = [filters.map(([column]) => column), orderOf(level)];
  const matches = filters.map(([, condition]) => ` and ${condition}`).join("");
  return {
    name: `schools-${level.name}-list-${columns.map((column) => all.indexOf(column)).join("-")}`, // PostgreSQL tells names apart by 63 characters
    text: `
      select w.place, f.total, ${select(listFields(level))}
      from unnest($1::int[], $2::bigint[], $3::int[], $4::int[]) w(place, skipped, size, filter)
      join (
        select f.*, (select count(*) from ${level.table} s where true${matches})::int as total
        from unnest($5::int[]${columns.map((_, index) => `, $${index + 6}::text[]`).join("")}) as f(${["filter", ...columns]}) offset 0
      ) f using (filter)
      left join lateral (select s.school_no from ${level.table} s where true${matches} order by ${order} offset w.skipped limit w.size) p on true
      left join ${level.table} s on s.school_no = p.school_no
      order by w.place, ${order}`,
  };
}

/** Loads pages of a level's schools with their totals: one query for all lists that are filtered by the same. */
export function createListLoader<School>(level: Level) {
  const filters = filtersOf(level);
  const fields = listFields(level);
  const usedBy = (params: ListParams) => filters.filter(([, , read]) => read(params) !== null);

  const readLists = (lists: readonly { params: ListParams; place: number }[], { db }: LoadContext): Promise<Row[]> => {
    const used = usedBy((lists[0] as { params: ListParams }).params);
    const asked = lists.map(({ params }) => JSON.stringify(used.map(([, , read]) => read(params))));
    const distinct = [...new Set(asked)];
    const values = distinct.map((filter): string[] => JSON.parse(filter));
    return db.rows<Row>(statementOf(level, used), [
      lists.map(({ place }) => place),
      lists.map(({ params: { page, pageSize } }) => String(BigInt(page - 1) * BigInt(pageSize))),
      lists.map(({ params }) => params.pageSize),
      asked.map((filter) => distinct.indexOf(filter)),
      distinct.map((_, filter) => filter),
      ...used.map((_, column) => values.map((filter) => filter[column])),
    ]);
  };

  return async (sets: readonly ListParams[], context: LoadContext): Promise<Page<School>[]> => {
    const lists = sets.map((params, place) => ({ params, place }));
    const alike = Map.groupBy(lists, ({ params }) =>
      usedBy(params)
        .map(([column]) => column)
        .join(),
    );
    const rows = (await Promise.all([...alike.values()].map((group) => readLists(group, context)))).flat();
    const found = Map.groupBy(rows, ([place]) => place);
    return sets.map(({ page, pageSize }, place) => {
      const own = found.get(place) ?? [];
      const total = own[0]?.[1] ?? 0;
      const list = own.flatMap(([, , ...school]) => (school[0] === null ? [] : toObject<School>(fields, school)));
      return { list, total, page, pageSize, totalPages: Math.ceil(total / pageSize) };
    });
  };
}
