import { defineEntry } from "@caretaker/cache";
import type { LoadContext } from "@caretaker/engine";
import { z } from "zod";
import { type Level, levelTag, namespace, primary, secondary } from "../level.ts";

const texts = z.array(z.string());
const columns = { districts: "district", categories: "category", genders: "gender", religions: "religion" };
const common = { districts: texts, categories: texts, genders: texts, religions: texts };

/** Loads the distinct values of columns in order, by the name that their list has. */
function createLoader<Name extends string>({ name, table }: Level, wanted: Readonly<Record<Name, string>>) {
  const names = Object.keys(wanted) as Name[];
  const distinct = Object.values<string>(wanted).map(
    (column) => `array(select ${column} from ${table} where ${column} is not null group by ${column} order by ${column} collate "C")`,
  );
  const statement = { name: `schools-${name}-filters`, text: `select ${distinct}` };
  return async (sets: readonly object[], { db }: LoadContext): Promise<Record<Name, string[]>[]> => {
    const [row = []] = await db.rows<string[][]>(statement, []);
    const value = Object.fromEntries(names.map((list, index) => [list, row[index] ?? []])) as Record<Name, string[]>;
    return sets.map(() => value);
  };
}

/** `primary-filters`: what primary schools can be filtered by. */
export const primaryFilters = defineEntry({
  name: "schools.primary-filters",
  key: "schools:primary:filters",
  params: z.strictObject({}),
  value: z.strictObject({ ...common, schoolNets: texts }),
  ttl: "1h",
  namespace,
  tags: () => [levelTag(primary)],
  loadMany: createLoader(primary, { ...columns, schoolNets: "school_net" }),
});

/** `secondary-filters`: what secondary schools can be filtered by. */
export const secondaryFilters = defineEntry({
  name: "schools.secondary-filters",
  key: "schools:secondary:filters",
  params: z.strictObject({}),
  value: z.strictObject({ ...common, schoolGroups: texts }),
  ttl: "1h",
  namespace,
  tags: () => [levelTag(secondary)],
  loadMany: createLoader(secondary, { ...columns, schoolGroups: "school_group" }),
});
