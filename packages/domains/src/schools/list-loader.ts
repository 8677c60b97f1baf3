import type { LoadContext } from "@caretaker/engine";
import type { Level } from "./level.ts";
import { filtersOf, type ListParams } from "./list-filters.ts";
import { joinStatement, walkStatement } from "./list-statements.ts";
import { listFields, toObject } from "./school.ts";

export interface Page<School> {
  list: School[];
  total: number;
  page: number;
  pageSize: number;
  totalPages: number;
}

type Row = [place: number, total: number, ...school: unknown[]];

/** From so many filters on, to read all schools once costs less than to walk along them for each. */
const manyFilters = 4;

/** Loads pages of a level's schools with their totals: one query for all lists that are filtered by the same columns. */
export function createListLoader<School>(level: Level) {
  const filters = filtersOf(level);
  const fields = listFields(level);
  const usedBy = (params: ListParams) => filters.filter(({ read }) => read(params) !== null);

  const readLists = (lists: readonly { params: ListParams; place: number }[], { db }: LoadContext): Promise<Row[]> => {
    const used = usedBy((lists[0] as { params: ListParams }).params);
    const asked = lists.map(({ params }) => JSON.stringify(used.map(({ read }) => read(params))));
    const distinct = [...new Set(asked)];
    const numbers = new Map(distinct.map((filter, number) => [filter, number]));
    const values = distinct.map((filter): string[] => JSON.parse(filter));
    const canJoin = used.length > 0 && used.every(({ joins }) => joins);
    return db.rows<Row>(canJoin && distinct.length >= manyFilters ? joinStatement(level, used) : walkStatement(level, used), [
      lists.map(({ place }) => place),
      lists.map(({ params: { page, pageSize } }) => String(BigInt(page - 1) * BigInt(pageSize))),
      lists.map(({ params }) => params.pageSize),
      asked.map((filter) => numbers.get(filter)),
      distinct.map((_, number) => number),
      ...used.map((_, column) => values.map((filter) => filter[column])),
    ]);
  };

  return async (sets: readonly ListParams[], context: LoadContext): Promise<Page<School>[]> => {
    const lists = sets.map((params, place) => ({ params, place }));
    const alike = Map.groupBy(lists, ({ params }) =>
      usedBy(params)
        .map(({ column }) => column)
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
