import { type Db, inTransaction } from "@caretaker/db";
import { OutcomeUnknown, QueueUnavailable } from "@caretaker/queue";
import type { Messages } from "../messages/messages.ts";
import { messageRow } from "./insert-job.ts";
import { type HandedOver, setAside } from "./set-aside.ts";

interface OutboxMessage {
  readonly id: string;
  readonly payload: object;
}

const atOnce = 500;
const waiting = `from job_outbox where error is null and name = '${messageRow}'`;
const takeTurn = `select pg_try_advisory_xact_lock(hashtext('caretaker messages')) as mine where exists (select ${waiting})`;
const select = `select id, payload ${waiting} order by position limit ${atOnce}`;
const forget = "delete from job_outbox where id = any($1)";

/**
 * Publishes committed messages of the outbox. One process does so at a time, in the order of the rows, so that messages of one key
 * keep theirs. Who dies before the commit leaves them to be published again, under the same ids.
 */
export function handOverMessages(db: Db, publish: Messages["publish"]): Promise<HandedOver> {
  return inTransaction(db.pool, async (session) => {
    const turn = await session.query<{ mine: boolean }>(takeTurn);
    if (!turn.rows[0]?.mine) return { rows: 0, setAside: [] };
    const { rows } = await session.query<OutboxMessage>(select); // a statement of its own: it sees what was committed before the turn
    const faults = await Promise.all(rows.map(({ id, payload }) => publish({ id, ...payload } as never).then(() => undefined, faultOf)));
    const refused = rows.flatMap(({ id }, index) => (faults[index] === undefined ? [] : [{ id, error: faults[index] }]));
    await setAside(session, refused);
    await session.query(forget, [rows.flatMap(({ id }, index) => (faults[index] === undefined ? [id] : []))]);
    return { rows: rows.length, setAside: refused };
  });
}

/** Why a message will never be published; while Redis is away all of them stay. */
function faultOf(error: unknown): string {
  if (error instanceof QueueUnavailable || error instanceof OutcomeUnknown) throw error;
  return error instanceof Error ? error.message : String(error);
}
