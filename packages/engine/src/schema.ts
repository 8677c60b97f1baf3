import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Keys of the API: only a SHA-256 of each is stored. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    name: text("name").notNull(),
    keyHash: text("key_hash").notNull().unique(),
    scopes: text("scopes").array().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("api_keys_created_at").on(table.createdAt)],
);

/** Which attempt at a job may write, and how far the job has come; each batch of a job renews its row in its own transaction. */
export const jobFences = pgTable("job_fences", {
  job: text("job").primaryKey(),
  token: text("token").notNull(),
  progress: jsonb("progress"),
  renewedAt: instant("renewed_at").notNull().defaultNow(),
});
