import { CaretakerError } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";

/** The key was given before, with another request. */
export class KeyReused extends CaretakerError {
  override readonly code = "KEY_REUSED";
}

/** The first request with this key has not been answered yet. */
export class KeyInUse extends CaretakerError {
  override readonly code = "KEY_IN_USE";
}

/** What a caller asks to be done once: who, under which key, and what, told from other requests by its fingerprint. */
export interface OnceRequest {
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: string;
}

interface Row {
  id: string;
  fingerprint: string;
  answer: string | null;
  claimed: boolean;
}

const claim = {
  name: "once-claim",
  // a row that expired begins anew; one whose process is gone, or said that it does not know, is taken over with its id
  text: `
    insert into idempotency_keys as known (api_key_id, key, fingerprint, locked_until, expires_at)
    values ($1, $2, $3, now() + interval '3 seconds', now() + interval '24 hours')
    on conflict (api_key_id, key) do update set
      id = case when known.expires_at <= now() then gen_random_uuid() else known.id end,
      fingerprint = excluded.fingerprint,
      answer = null,
      locked_until = excluded.locked_until,
      expires_at = case when known.expires_at <= now() then excluded.expires_at else known.expires_at end
    where known.expires_at <= now() or (known.answer is null and known.locked_until <= now() and known.fingerprint = excluded.fingerprint)
    returning id, fingerprint, answer, true as claimed`,
};
const look = {
  name: "once-look",
  text: "select id, fingerprint, answer, false as claimed from idempotency_keys where api_key_id = $1 and key = $2",
};
const settle = { name: "once-settle", text: "update idempotency_keys set answer = $3 where api_key_id = $1 and key = $2" };
const release = {
  name: "once-release",
  text: "update idempotency_keys set locked_until = now() where api_key_id = $1 and key = $2 and answer is null",
};

/**
 * Does `work` once for a caller's key and gives its answer again for 24 h. `work` gets an id that stays the same when a
 * request is repeated that failed, or whose outcome nobody knows: what it makes under this id is made once. Throws
 * `KeyReused` or `KeyInUse`, and what `work` throws.
 */
export async function once<Answer>({ pool }: Db, { caller, key, fingerprint }: OnceRequest, work: (id: string) => Promise<Answer>): Promise<Answer> {
  const known = async (statement: typeof claim, ...more: string[]) =>
    (await pool.query<Row>({ ...statement, values: [caller, key, ...more] })).rows[0];
  const row = (await known(claim, fingerprint)) ?? (await known(look));
  if (!row) throw inUse();
  if (!row.claimed) return settled<Answer>(row, fingerprint);
  try {
    const answer = await work(row.id);
    await known(settle, JSON.stringify(answer)).catch(() => {}); // it is done: a repetition finds it by its id
    return answer;
  } catch (error) {
    await known(release).catch(() => {}); // its lock ends by itself
    throw error;
  }
}

function settled<Answer>({ fingerprint: first, answer }: Row, fingerprint: string): Answer {
  if (first !== fingerprint) throw new KeyReused("this Idempotency-Key was given with another request: take a new one");
  if (answer === null) throw inUse();
  return JSON.parse(answer) as Answer;
}

const inUse = () => new KeyInUse("the first request with this Idempotency-Key is still under way");

/** Deletes keys that have expired, so many at the most; resolves to how many those were. */
export async function purgeIdempotencyKeys({ pool }: Db, limit = 10_000): Promise<number> {
  const { rowCount } = await pool.query(
    "delete from idempotency_keys where ctid = any(array(select ctid from idempotency_keys where expires_at <= now() limit $1))",
    [limit],
  );
  return rowCount ?? 0;
}
