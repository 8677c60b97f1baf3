import type { Db, Session } from "@caretaker/db";
import type { Batch, Step } from "../batches/step.ts";
import { readTable, type TableFacts } from "../batches/table-facts.ts";
import type { AgingRows } from "./archive-policy.ts";
import { type Leaf, leavesOf } from "./partitions.ts";

/** Puts back what a run has moved to an archive table; a row whose key is taken by now stays there. */
export async function restoreArchived(db: Db, { table, key = "id", to }: AgingRows & { to: string }, runId: string): Promise<Step> {
  const facts = await readTable(db, table);
  let leaves: Leaf[] | undefined;
  return {
    name: table,
    verb: "putting back archived rows",
    tables: [table, to],
    async batch(session, { after, limit }) {
      leaves ??= (await leavesOf(session, to)).filter(({ detached }) => !detached);
      const [name = "", last] = after ?? [];
      const [leaf, next] = leaves.filter((other) => other.name >= name);
      if (!leaf) return { matched: 0, done: 0, next: null };
      const from = leaf.name === name ? last : undefined;
      const batch = await moveBack(session, { facts, key, leaf: leaf.name, runId, after: from, limit });
      return { ...batch, next: batch.next ? [leaf.name, ...batch.next] : next ? [next.name] : null };
    },
  };
}

interface Back {
  readonly facts: TableFacts;
  readonly key: string;
  readonly runId: string;
  readonly after: string | undefined;
  readonly limit: number;
}

async function moveBack(session: Session, { facts, key, leaf, runId, after, limit }: Back & { leaf: string }): Promise<Batch> {
  const own = columnsOf(facts);
  const text = `
    with picked as materialized (
      select ctid, ${key} as key from ${leaf} where run_id = $1${after === undefined ? "" : ` and ${key} > $2`} order by ${key} limit ${limit} for update skip locked
    ), back as (
      insert into ${facts.name} (${own}) overriding system value
      select ${own} from ${leaf} archived
      where ctid = any (array(select ctid from picked)) and not exists (select from ${facts.name} live where live.${key} = archived.${key})
      returning ${key}
    ), gone as (
      delete from ${leaf} where ctid = any (array(select ctid from picked)) and ${key} in (select ${key} from back)
    )
    select (select count(*) from picked)::int as matched, (select count(*) from back)::int as done, (select max(key)::text from picked) as last`;
  const { rows } = await session.query<{ matched: number; done: number; last: string }>(text, after === undefined ? [runId] : [runId, after]);
  const { matched, done, last } = rows[0] as (typeof rows)[0];
  return { matched, done, next: matched === limit ? [last] : null };
}

/** Puts back what a run has taken out of a table into quarantine; a row whose key is taken by now stays there. */
export async function restoreQuarantined(
  db: Db,
  { table, key = "id", quarantine }: { table: string; key?: string | undefined; quarantine: string },
  runId: string,
): Promise<Step> {
  const facts = await readTable(db, table);
  return {
    name: table,
    verb: "putting back rows from quarantine",
    tables: [table],
    batch: (session, { after, limit }) => takeBack(session, { facts, key, quarantine, runId, after: after?.[0], limit }),
  };
}

async function takeBack(session: Session, { facts, key, quarantine, runId, after, limit }: Back & { quarantine: string }): Promise<Batch> {
  const own = columnsOf(facts);
  const text = `
    with picked as materialized (
      select id, row_key, "row" from ${quarantine} where run_id = $1 and table_name = $2 and id > $3 order by id limit ${limit} for update skip locked
    ), back as (
      insert into ${facts.name} (${own}) overriding system value
      select ${own} from (select (jsonb_populate_record(null::${facts.name}, "row")).* from picked) kept
      where not exists (select from ${facts.name} live where live.${key} = kept.${key})
      returning ${key}::text as key
    ), gone as (
      delete from ${quarantine} where id in (select id from picked where row_key in (select key from back))
    )
    select (select count(*) from picked)::int as matched, (select count(*) from back)::int as done, (select max(id)::text from picked) as last`;
  const { rows } = await session.query<{ matched: number; done: number; last: string }>(text, [runId, facts.name, after ?? 0]);
  const { matched, done, last } = rows[0] as (typeof rows)[0];
  return { matched, done, next: matched === limit ? [last] : null };
}

const columnsOf = ({ columns }: TableFacts) => columns.map((column) => `"${column}"`).join(", ");
