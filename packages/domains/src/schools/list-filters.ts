import { readDistrict } from "./district-filter.ts";
import type { Level } from "./level.ts";

/** What every list can be asked for; each level has filters of its own besides. */
export interface ListParams {
  readonly district?: string | undefined;
  readonly keyword?: string | undefined;
  readonly page: number;
  readonly pageSize: number;
}

/** What lists can be filtered by: SQL for whether a school `s` fits what is asked for in the row `f`. */
export interface ListFilter {
  /** The column of `f`. */
  readonly column: string;
  readonly matches: string;
  /** The same as an equation, by which schools are joined with many rows `f`; the names `n` are those of a school's region and district. */
  readonly joins?: string;
  readonly read: (params: ListParams) => string | null;
}

const given =
  (name: string) =>
  (params: object): string | null =>
    (params as Record<string, string | undefined>)[name] ?? null;

/** A name without the 区 that a district ends on. */
export const bareName = (column: string): string => `case when ${column} like '_%区' then left(${column}, -1) else ${column} end`;

const named = (column: string, asked: string) => `s.${column} in (f.${asked}, f.${asked} || '区')`;

const placeFilter = (column: "region" | "district"): ListFilter => ({
  column,
  matches: named(column, column),
  joins: `${bareName(`s.${column}`)} = f.${column}`,
  read: ({ district }) => readDistrict(district)[column],
});

const either: ListFilter = {
  column: "either",
  matches: `(${named("region", "either")} or ${named("district", "either")})`,
  joins: "n.name = f.either",
  read: ({ district }) => readDistrict(district).either,
};

/** Names have no order that would help to find a part of them: they are looked through for each keyword. */
const keyword: ListFilter = { column: "keyword", matches: "strpos(s.searched_names, lower(f.keyword)) > 0", read: given("keyword") };

/** All filters of a level's lists. */
export const filtersOf = ({ own }: Level): readonly ListFilter[] => [
  placeFilter("region"),
  placeFilter("district"),
  either,
  keyword,
  ...Object.entries({ category: "category", gender: "gender", religion: "religion", ...own }).map(([name, column]): ListFilter => {
    const matches = `s.${column} = f.${column}`;
    return { column, matches, joins: matches, read: given(name) };
  }),
];
