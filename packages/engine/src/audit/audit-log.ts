import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { AuditEntry } from "@caretaker/contracts";
import type { Db } from "@caretaker/db";
import { singleFlight } from "../single-flight.ts";
import { storableJson, storableText } from "../storable-json.ts";

/** A change, as soon as it is known what it was answered with. */
export type Change = Omit<AuditEntry, "id" | "at">;

interface AuditLogEvents {
  /** PostgreSQL can't take changes now; they are kept and written later. Once for each outage. */
  delayed: [{ waiting: number; error: Error }];
  /** Changes that won't be in `audit_log`: too many of them were waiting. */
  dropped: [{ changes: number }];
}

/** Writes changes to PostgreSQL in batches, away from the way of whoever makes them. */
export interface AuditLog extends AsyncDisposable {
  readonly events: EventEmitter<AuditLogEvents>;
  note(change: Change): void;
  /** Resolves when all that was noted so far has been written. Rejects if PostgreSQL does not take it. */
  flush(): Promise<void>;
}

const batchSize = 500;
const flushEveryMs = 200;
const retryEveryMs = 1_000;
const lastFlushMs = 3_000;

interface Noted extends Change {
  readonly id: string;
  readonly atMs: number;
}

/** A batch whose answer got lost is written again: its rows are there once, by their ids. */
const insert = {
  name: "audit-insert",
  text: `
    insert into audit_log (id, at, who, role, method, route, params, status)
    select id, to_timestamp(at / 1000.0), who, role, method, route, params, status
    from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::int[])
      as given (id, at, who, role, method, route, params, status)
    on conflict do nothing`,
};

const columnsOf = (changes: readonly Noted[]): unknown[][] => [
  changes.map(({ id }) => id),
  changes.map(({ atMs }) => atMs),
  changes.map(({ who }) => storableText(who)),
  changes.map(({ role }) => role),
  changes.map(({ method }) => storableText(method)),
  changes.map(({ route }) => storableText(route)),
  changes.map(({ params }) => storableJson(params)),
  changes.map(({ status }) => status),
];

/** A log that holds the latest `mostWaiting` changes while PostgreSQL is away; disposing of it writes what it holds. */
export function createAuditLog({ pool }: Db, { mostWaiting = 10_000 } = {}): AuditLog {
  const events = new EventEmitter<AuditLogEvents>();
  const waiting: Noted[] = [];
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const flushIn = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch(() => flushIn(retryEveryMs));
    }, ms).unref();
  };

  const flush = singleFlight(async () => {
    let batch: Noted[] = [];
    try {
      while (waiting.length > 0) {
        batch = waiting.splice(0, batchSize);
        await pool.query({ ...insert, values: columnsOf(batch) });
      }
      failing = false;
    } catch (error) {
      waiting.unshift(...batch);
      if (!failing) events.emit("delayed", { waiting: waiting.length, error: error as Error });
      failing = true;
      throw error;
    }
  });

  return {
    events,
    flush,
    note(change) {
      waiting.push({ ...change, id: randomUUID(), atMs: Date.now() });
      const tooMany = waiting.length - mostWaiting;
      if (tooMany > 0) events.emit("dropped", { changes: waiting.splice(0, tooMany).length });
      flushIn(flushEveryMs);
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await Promise.race([flush().catch(() => {}), new Promise((late) => setTimeout(late, lastFlushMs).unref())]);
    },
  };
}
