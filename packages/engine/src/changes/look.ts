import type { Db } from "@caretaker/db";

/** What is to be done about changes. */
interface Waiting {
  /** How old the first change is that has not been announced, ms; `undefined` if there is none. */
  readonly lagMs: number | undefined;
  /** Whether warm-ups are due. */
  readonly warmups: boolean;
}

const look = {
  name: "changes-look",
  text: `
    select case when pg_sequence_last_value('change_bell') is distinct from 1 then setval('change_bell', 1) end,
      (select extract(epoch from clock_timestamp() - at)::float8 * 1000 from change_outbox order by id limit 1),
      exists (select from warmup_requests where due_at <= clock_timestamp())`,
};

/** Looks what is waiting, and has the next writer wake the relays. */
export async function lookForChanges(db: Db): Promise<Waiting> {
  const [row] = await db.rows<[unknown, number | null, boolean]>(look, []);
  return { lagMs: row?.[1] ?? undefined, warmups: row?.[2] ?? false };
}
