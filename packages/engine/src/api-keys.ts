import { createHash, randomBytes } from "node:crypto";
import type { Db } from "@caretaker/db";
import { and, count, eq, gt, isNull, or, sql } from "drizzle-orm";
import { apiKeys } from "./schema.ts";

export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  expiresAt: Date | null;
}

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
const usable = and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)));
const shown = { id: apiKeys.id, name: apiKeys.name, scopes: apiKeys.scopes, expiresAt: apiKeys.expiresAt };

/** Makes a key of 256 random bits; it is in the answer and nowhere else, only its hash is stored. */
export async function createApiKey(db: Db, facts: { name: string; scopes: string[]; expiresAt?: Date }): Promise<ApiKey & { key: string }> {
  const key = `ck_${randomBytes(32).toString("base64url")}`;
  const [row] = await db.orm
    .insert(apiKeys)
    .values({ ...facts, keyHash: hashOf(key) })
    .returning(shown);
  if (!row) throw new Error("the database gave no row back for the new key");
  return { ...row, key };
}

/** What a key may do, or `undefined` if it is unknown, revoked or expired. It is looked up by its hash, so nothing is compared byte by byte. */
export async function findApiKey(db: Db, key: string): Promise<ApiKey | undefined> {
  const [row] = await db.orm
    .select(shown)
    .from(apiKeys)
    .where(and(eq(apiKeys.keyHash, hashOf(key)), usable));
  return row;
}

/** How many keys can be used. */
export async function countApiKeys(db: Db): Promise<number> {
  const [row] = await db.orm.select({ keys: count() }).from(apiKeys).where(usable);
  return row?.keys ?? 0;
}
