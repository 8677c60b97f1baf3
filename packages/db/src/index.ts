export { copyInto } from "./copy-into.ts";
export { type CountedDb, createDb, type Db, type DbOptions, type Session, type Statement } from "./db.ts";
export { inTransaction } from "./in-transaction.ts";
export { literal } from "./literal.ts";
export { migrate, pendingMigrations } from "./migrate.ts";
export type { SlowWork } from "./watch-slow.ts";
