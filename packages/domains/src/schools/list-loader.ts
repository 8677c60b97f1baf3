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
type Column = readonly [name: string, type: string, read: (params: ListParams) => unknown];

const optional =
  (name: string) =>
  (params: object): unknown =>
    (params as Record<string, unknown>)[name] ?? null;

/** Parameters that are compared with a column, and that column. */
const filtersOf = ({ own }: Level) => Object.entries({ category: "category", gender: "gender", religion: "religion", ...own });

/** What the statement gets of each list, as arrays. */
const wantedOf = (level: Level): Column[] => [
  ["region", "text", ({ district }) => readDistrict(district).region],
  ["district", "text", ({ district }) => readDistrict(district).district],
  ["either", "text", ({ district }) => readDistrict(district).either],
  ["keyword", "text", optional("keyword")],
  ["skipped", "bigint", ({ page, pageSize }) => String(BigInt(page - 1) * BigInt(pageSize))],
  ["size", "int", ({ pageSize }) => pageSize],
  ...filtersOf(level).map(([name, column]): Column => [column, "text", optional(name)]),
];

/** Whether a school `s` is in the list `w`. */
const matchesOf = (level: Level) =>
  [
    ...filtersOf(level).map(([, column]) => `(w.${column} is null or s.${column} = w.${column})`),
    ...["region", "district"].map((column) => `(w.${column} is null or s.${column} in (w.${column}, w.${column} || '区'))`),
    "(w.either is null or s.region in (w.either, w.either || '区') or s.district in (w.either, w.either || '区'))",
    "(w.keyword is null or strpos(s.searched_names, lower(w.keyword)) > 0)",
  ].join(" and ");

/** Counting and paging both walk along the table's covering index, whatever the filters are; schools are looked up for the page alone. */
function statementOf(level: Level, wanted: readonly Column[]) {
  const [matches, order] = [matchesOf(level), orderOf(level)];
  return {
    name: `schools-${level.name}-list`,
    text: `
      select w.place, (select count(*) from ${level.table} s where ${matches})::int, ${select(listFields(level))}
      from unnest($1::int[], ${wanted.map(([, type], index) => `$${index + 2}::${type}[]`)}) as w(place, ${wanted.map(([name]) => name)})
      left join lateral (select s.school_no from ${level.table} s where ${matches} order by ${order} offset w.skipped limit w.size) p on true
      left join ${level.table} s on s.school_no = p.school_no
      order by w.place, ${order}`,
  };
}

/** Loads pages of a level's schools with their totals: one query for many lists. */
export function createListLoader<School>(level: Level) {
  const wanted = wantedOf(level);
  const statement = statementOf(level, wanted);
  const fields = listFields(level);
  return async (sets: readonly ListParams[], { db }: LoadContext): Promise<Page<School>[]> => {
    const columns = wanted.map(([, , read]) => sets.map(read));
    const rows = await db.rows<Row>(statement, [sets.map((_, place) => place), ...columns]);
    const found = Map.groupBy(rows, ([place]) => place);
    return sets.map(({ page, pageSize }, place) => {
      const own = found.get(place) ?? [];
      const total = own[0]?.[1] ?? 0;
      const list = own.flatMap(([, , ...school]) => (school[0] === null ? [] : toObject<School>(fields, school)));
      return { list, total, page, pageSize, totalPages: Math.ceil(total / pageSize) };
    });
  };
}
