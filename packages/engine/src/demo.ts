import type { Db } from "@caretaker/db";
import type pg from "pg";

/** How a domain's tables are filled for a first look: the same rows each time for the same instant. */
export interface DemoFacts {
  /** A database whose first table has rows is left as it is. */
  readonly tables: readonly [string, ...string[]];
  /** Fills the tables, with `scale` times what is enough for a first look; the newest rows are of the day of `asOf`. Resolves to what is wrong with some of the rows, by the rule that is to find it. */
  fill(client: pg.ClientBase, asOf: Date, scale: number): Promise<Readonly<Record<string, number>>>;
}

/** What a demo database holds; `filled` is false if it had rows before. */
export interface DemoCounts {
  readonly filled: boolean;
  /** Rows, by table. */
  readonly tables: Readonly<Record<string, number>>;
  /** Rows that a cleanup rule is there to take out, by rule. */
  readonly dirt: Readonly<Record<string, number>>;
}

/** Fills a domain's tables in one transaction, unless they have rows. VACUUM marks rows as visible to all only if their commit is on disk. */
export async function fillDemo(db: Db, { tables, fill }: DemoFacts, asOf: Date, scale = 1): Promise<DemoCounts> {
  const [first] = tables;
  const client = await db.pool.connect();
  try {
    await client.query("begin");
    await client.query(`set local statement_timeout = 0; set local synchronous_commit = on; lock table ${first} in share row exclusive mode`);
    const { rows } = await client.query(`select exists (select from ${first}) as present`);
    const filled = !rows[0].present;
    const dirt = filled ? await fill(client, asOf, scale) : {};
    const counts = await client.query(`select ${tables.map((table) => `(select count(*) from ${table})::int as ${table}`)}`);
    await client.query("commit");
    if (filled) await client.query(`vacuum analyze ${tables}`);
    return { filled, tables: counts.rows[0], dirt };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
