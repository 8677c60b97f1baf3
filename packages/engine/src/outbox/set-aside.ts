import type { Session } from "@caretaker/db";

/** A row of `job_outbox` that can never be handed over, and why. */
export interface SetAside {
  readonly id: string;
  readonly error: string;
}

/** What came of a pass over `job_outbox`: how many rows it took, and which of them it set aside. */
export interface HandedOver {
  readonly rows: number;
  readonly setAside: readonly SetAside[];
}

const note =
  "update job_outbox set error = refused.error from unnest($1::uuid[], $2::text[]) as refused (id, error) where job_outbox.id = refused.id";

/** Notes with rows why they stay. */
export async function setAside(session: Session, rows: readonly SetAside[]): Promise<void> {
  if (rows.length > 0) await session.query(note, [rows.map(({ id }) => id), rows.map(({ error }) => error)]);
}
