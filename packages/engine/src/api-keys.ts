import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Db } from "@caretaker/db";

export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  expiresAt: Date | null;
}

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
const isSame = (one: string, other: string) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
const usable = "revoked_at is null and (expires_at is null or expires_at > now())";
const shown = `id, name, scopes, expires_at as "expiresAt"`;

/** Makes a key of 256 random bits; it is in the answer and nowhere else, only its hash is stored. */
export async function createApiKey(
  { pool }: Db,
  { name, scopes, expiresAt }: { name: string; scopes: string[]; expiresAt?: Date },
): Promise<ApiKey & { key: string }> {
  const key = `ck_${randomBytes(32).toString("base64url")}`;
  const insert = `insert into api_keys (name, key_hash, scopes, expires_at) values ($1, $2, $3, $4) returning ${shown}`;
  const { rows } = await pool.query<ApiKey>(insert, [name, hashOf(key), scopes, expiresAt ?? null]);
  return { ...(rows[0] as ApiKey), key };
}

/** What a key may do, or `undefined` if it is unknown, revoked or expired. It is looked up by its hash, and the hashes are compared in constant time. */
export async function findApiKey({ pool }: Db, key: string): Promise<ApiKey | undefined> {
  const hash = hashOf(key);
  const { rows } = await pool.query<ApiKey & { keyHash: string }>({
    name: "api-key",
    text: `select ${shown}, key_hash as "keyHash" from api_keys where key_hash = $1 and ${usable}`,
    values: [hash],
  });
  const [{ keyHash, ...found } = { keyHash: "" }] = rows;
  return isSame(keyHash, hash) ? (found as ApiKey) : undefined;
}

/** How many keys can be used. */
export async function countApiKeys({ pool }: Db): Promise<number> {
  const { rows } = await pool.query<{ keys: number }>(`select count(*)::int as keys from api_keys where ${usable}`);
  return rows[0]?.keys ?? 0;
}

/** All keys that have not been revoked, the newest first; what a key is can't be told any more. */
export async function listApiKeys({ pool }: Db): Promise<(ApiKey & { createdAt: Date })[]> {
  const { rows } = await pool.query(`select ${shown}, created_at as "createdAt" from api_keys where revoked_at is null order by created_at desc, id`);
  return rows;
}

/** Ends a key for good, within seconds everywhere; `undefined` if there is no such key, or it was revoked before. */
export async function revokeApiKey({ pool }: Db, id: string): Promise<ApiKey | undefined> {
  const { rows } = await pool.query<ApiKey>(`update api_keys set revoked_at = now() where id::text = $1 and revoked_at is null returning ${shown}`, [
    id,
  ]);
  return rows[0];
}
