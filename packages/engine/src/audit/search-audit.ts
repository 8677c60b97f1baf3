import { type AuditEntry, type AuditPage, type AuditSearch, auditSearch } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { checked } from "../checked.ts";
import { SearchRefused } from "../runs/search-refused.ts";

type Row = Omit<AuditEntry, "at"> & { at: Date };

const latest = `
  select id, at, who, role, method, route, params, status from audit_log
  where (at, id) < ($1, $2::uuid) and at >= coalesce($3, '-infinity'::timestamptz) and ($4::text is null or who = $4)
  order by at desc, id desc limit $5`;

const [nil, max] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/** A page of the changes that were made, the latest first. Throws `SearchRefused` or `PayloadInvalid`. */
export async function searchAudit({ pool }: Db, search: AuditSearch): Promise<AuditPage> {
  const { who, from, to, after, limit } = checked(auditSearch, search, "a search");
  const [at, id] = after ? readCursor(after) : to ? [new Date(to), nil] : [new Date("9999-01-01"), max];
  const { rows } = await pool.query<Row>(latest, [at, id, from ? new Date(from) : null, who ?? null, limit]);
  const changes = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  const last = changes.length === limit ? changes.at(-1) : undefined;
  return { changes, next: last ? `${last.at}_${last.id}` : null };
}

function readCursor(text: string): [Date, string] {
  const [, at = "", id = ""] = /^([\d-]+T[\d:.]+Z)_([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(text) ?? [];
  if (Number.isNaN(Date.parse(at))) throw new SearchRefused(`"${text}" is no page: give the "next" of the page before`);
  return [new Date(at), id];
}
