import type { Db, Session } from "@caretaker/db";
import type { Check } from "../checks.ts";
import type { Domain } from "../domain.ts";
import { type WantedIndex, wantedIndexes } from "./wanted-indexes.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly "Parent Relationship"?: string;
  readonly Plans?: readonly PlanNode[];
}

const selectPartial = "select indexrelid::regclass::text as name from pg_index where indpred is not null";
/** Of tables that have some rows, in a server that has run for a week; keys are of use without being read. */
const selectUnused = `
  select s.indexrelname::text as name, pg_size_pretty(pg_relation_size(s.indexrelid)) as size
  from pg_stat_user_indexes s join pg_index i using (indexrelid) join pg_class c on c.oid = s.relid
  where s.idx_scan = 0 and not i.indisunique and c.reltuples > 10000 and pg_postmaster_start_time() < now() - interval '7 days' order by 1`;

/** Looks for indexes that cleanup, archive and restore would need and that are not there, and for those that nothing uses. */
export function checkIndexes(db: Db, domains: readonly Domain[]): Promise<Check> {
  return db.session(async (session) => {
    const partial = new Set((await session.query<{ name: string }>(selectPartial)).rows.map(({ name }) => name));
    const missing: WantedIndex[] = [];
    await session.query("begin; set local enable_seqscan = off");
    for (const wanted of domains.flatMap(wantedIndexes)) if (!(await runsOnIndex(session, wanted, partial))) missing.push(wanted);
    await session.query("rollback");
    const unused = (await session.query<{ name: string; size: string }>(selectUnused)).rows;
    return findingOf(missing, unused);
  });
}

async function runsOnIndex(session: Session, { statement }: WantedIndex, partial: ReadonlySet<string>): Promise<boolean> {
  const { rows } = await session.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(`explain (format json) ${statement}`);
  const plan = rows[0]?.["QUERY PLAN"][0].Plan;
  return plan ? scansOf(plan).every((node) => isByIndex(node, partial)) : false;
}

/** The scans of a plan, but for those of the values that are looked up. */
const scansOf = (node: PlanNode): PlanNode[] => {
  if (node["Parent Relationship"] === "InitPlan") return [];
  return [...(/Seq Scan|^Index (Only )?Scan$/.test(node["Node Type"]) ? [node] : []), ...(node.Plans ?? []).flatMap(scansOf)];
};

/** An index without a condition is read from end to end, unless it has only the rows that are looked for. */
const isByIndex = (node: PlanNode, partial: ReadonlySet<string>) => node["Index Cond"] !== undefined || partial.has(node["Index Name"] ?? "");

function findingOf(missing: readonly WantedIndex[], unused: readonly { name: string; size: string }[]): Check {
  const faults = [
    ...missing.map(({ purpose }) => `${purpose} has no index and reads its whole table`),
    ...unused.map(({ name, size }) => `nothing has used ${name} (${size}) since the server started`),
  ];
  if (faults.length === 0) return { name: "indexes", state: "ok", detail: "cleanup, archive and restore have theirs" };
  const advice = [...missing.map(({ create }) => create), ...unused.map(({ name }) => `drop index concurrently ${name}`)].join("; ");
  return { name: "indexes", state: "warning", detail: faults.join("; "), advice };
}
