import type { Db } from "@caretaker/db";
import { PermanentFailure } from "@caretaker/queue";

/** A table as it is: its columns, in order, and their types. */
export interface TableFacts {
  readonly name: string;
  readonly columns: readonly string[];
  /** The type of a column, as SQL writes it. Throws `PermanentFailure` if there is no such column. */
  typeOf(column: string): string;
}

const select = {
  name: "table-facts",
  text: `
    select attname::text, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
};

/** Reads what PostgreSQL knows of a table. Throws `PermanentFailure` if there is none. */
export async function readTable(db: Db, name: string): Promise<TableFacts> {
  const types = new Map(await db.rows<[string, string]>(select, [name]));
  if (types.size === 0) throw new PermanentFailure(`there is no table ${name}`);
  return {
    name,
    columns: [...types.keys()],
    typeOf(column) {
      const type = types.get(column);
      if (!type) throw new PermanentFailure(`table ${name} has no column ${column}`);
      return type;
    },
  };
}
