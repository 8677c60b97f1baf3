import type { AttemptEnd, AttemptStart } from "@caretaker/queue";
import { type AttemptRecord, keyOf, recordOf } from "./attempt-record.ts";

/** Attempts that are to be written, each as it was last told of, the latest `maxBytes` of them. */
export interface AttemptBuffer {
  readonly size: number;
  add(attempt: AttemptStart | AttemptEnd): void;
  /** Makes records of what was added, and drops the oldest ones that there is no room for; resolves to how many those are. */
  settle(): number;
  /** The oldest records. */
  first(count: number): AttemptRecord[];
  /** Takes records out, unless they were added to meanwhile. */
  remove(records: readonly AttemptRecord[]): void;
}

/** An empty buffer. An attempt becomes a record only when it is settled: a short one has ended by then, and is written once. */
export function createAttemptBuffer(maxBytes: number): AttemptBuffer {
  const added = new Map<string, AttemptStart | AttemptEnd>();
  const records = new Map<string, AttemptRecord>();
  let bytes = 0;

  const drop = (key: string) => {
    bytes -= records.get(key)?.bytes ?? 0;
    return records.delete(key);
  };
  const keep = (key: string, record: AttemptRecord) => {
    bytes += record.bytes - (records.get(key)?.bytes ?? 0);
    records.set(key, record);
  };

  return {
    get size() {
      return added.size + records.size;
    },
    add: (attempt) => void added.set(keyOf(attempt), attempt),
    settle() {
      for (const [key, attempt] of added) keep(key, recordOf(key, attempt));
      added.clear();
      let dropped = 0;
      for (const key of records.keys()) {
        if (bytes <= maxBytes) break;
        dropped += Number(drop(key));
      }
      return dropped;
    },
    first: (count) => [...records.values().take(count)],
    remove(written) {
      for (const record of written) if (records.get(record.key) === record) drop(record.key);
    },
  };
}
