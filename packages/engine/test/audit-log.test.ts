import { createDb, migrate } from "@caretaker/db";
import { testDatabase } from "@caretaker/stack/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Change, createAuditLog } from "../src/audit/audit-log.ts";
import { searchAudit } from "../src/audit/search-audit.ts";

const started = new AsyncDisposableStack();
let db: ReturnType<typeof createDb>;
beforeAll(async () => {
  const { url } = started.use(await testDatabase());
  db = started.use(createDb({ url }));
  await migrate(db);
});
beforeEach(() => db.pool.query("truncate audit_log"));
afterAll(() => started.disposeAsync());

const change = (who: string, params: Change["params"] = {}): Change => ({
  ...{ who, role: "operator", method: "PUT", route: "/api/queues/:queueName/pause", params, status: 200 },
});

test("changes are written, and found by who made them, in pages, the latest first", async () => {
  const log = createAuditLog(db);
  for (const who of ["anna", "ben", "anna"]) log.note(change(who, { queueName: `of ${who}` }));
  await log.flush();
  const { changes, next } = await searchAudit(db, { limit: 2 });
  expect(changes).toHaveLength(2);
  const rest = await searchAudit(db, { limit: 2, after: String(next) });
  expect(rest).toMatchObject({ changes: [{ role: "operator", status: 200 }], next: null });
  expect(new Set([...changes, ...rest.changes].map(({ id }) => id)).size).toBe(3);
  const ofAnna = await searchAudit(db, { who: "anna", from: "2026-01-01T00:00:00Z" });
  expect(ofAnna.changes.map(({ params }) => params)).toEqual([{ queueName: "of anna" }, { queueName: "of anna" }]);
  expect((await searchAudit(db, { to: "2026-01-01T00:00:00Z" })).changes).toEqual([]);
  for (const after of ["yesterday", `2026-01-01T00:00:00.000Z_${"-".repeat(36)}`])
    await expect(searchAudit(db, { after })).rejects.toMatchObject({ code: "INVALID_SEARCH" });
});

test("what PostgreSQL can't hold in a text is replaced", async () => {
  const log = createAuditLog(db);
  log.note(change("anna", { id: "a\0b\ud800", like: "\\u0000" }));
  await log.flush();
  expect((await searchAudit(db, {})).changes[0]?.params).toEqual({ id: "a\ufffdb\ufffd", like: "\\u0000" });
});

test("while PostgreSQL does not take them, changes are kept, the latest of them, and written afterwards", async () => {
  const log = createAuditLog(db, { mostWaiting: 2 });
  const told: unknown[] = [];
  log.events.on("delayed", ({ waiting }) => told.push(["delayed", waiting]));
  log.events.on("dropped", ({ changes }) => told.push(["dropped", changes]));
  await db.pool.query("alter table audit_log rename to away");
  log.note(change("anna"));
  await expect(log.flush()).rejects.toThrow("audit_log");
  await expect(log.flush()).rejects.toThrow("audit_log");
  log.note(change("ben"));
  log.note(change("cleo"));
  await db.pool.query("alter table away rename to audit_log");
  await log[Symbol.asyncDispose]();
  expect((await searchAudit(db, {})).changes.map(({ who }) => who).sort()).toEqual(["ben", "cleo"]);
  expect(told).toEqual([
    ["delayed", 1],
    ["dropped", 1],
  ]);
});
