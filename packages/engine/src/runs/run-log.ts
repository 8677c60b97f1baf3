import { EventEmitter } from "node:events";
import type { Db } from "@caretaker/db";
import { type AttemptEnd, type AttemptStart, isTransient } from "@caretaker/queue";
import { type AttemptRecord, recordOf } from "./attempt-record.ts";
import { writeAttempts } from "./write-attempts.ts";

const batchSize = 500;
const flushEveryMs = 200;
const retryEveryMs = 1_000;
const lastFlushMs = 5_000;

interface RunLogEvents {
  /** PostgreSQL can't take attempts now; they are kept and written later. Once for each outage. */
  delayed: [{ waiting: number; error: Error }];
  /** Attempts that won't be in `job_runs`: the log was full, or PostgreSQL refused the row. */
  dropped: [{ attempts: number; error?: Error }];
}

/** Writes attempts of jobs to PostgreSQL in batches, away from the jobs' path. */
export interface RunLog extends AsyncDisposable {
  readonly events: EventEmitter<RunLogEvents>;
  started(attempt: AttemptStart): void;
  ended(attempt: AttemptEnd): void;
  /** Resolves when all that was logged so far has been written. Rejects if PostgreSQL does not take it. */
  flush(): Promise<void>;
}

/** A log that holds at most `maxBytes` of attempts while PostgreSQL is away, the latest ones; disposing of it writes what it holds. */
export function createRunLog(db: Db, { maxBytes = 32 * 1_048_576 } = {}): RunLog {
  const events = new EventEmitter<RunLogEvents>();
  const waiting = new Map<string, AttemptRecord>();
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;

  const add = (record: AttemptRecord) => {
    bytes += record.bytes - (waiting.get(record.key)?.bytes ?? 0);
    waiting.set(record.key, record);
    let dropped = 0;
    for (const [key, oldest] of waiting) {
      if (bytes <= maxBytes) break;
      waiting.delete(key);
      bytes -= oldest.bytes;
      dropped += 1;
    }
    if (dropped > 0) events.emit("dropped", { attempts: dropped });
    flushIn(flushEveryMs);
  };

  const flushIn = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch(() => flushIn(retryEveryMs));
    }, ms);
  };

  const write = async () => {
    while (waiting.size > 0) {
      const batch = [...waiting.values().take(batchSize)];
      try {
        await writeAttempts(db, batch);
        failing = false;
      } catch (error) {
        if (isTransient(error)) throw error;
        await writeOneByOne(batch);
      }
      for (const record of batch) forget(record);
    }
  };

  /** A row that PostgreSQL refuses for what it says must not keep the others back. */
  const writeOneByOne = async (batch: AttemptRecord[]) => {
    for (const record of batch) {
      await writeAttempts(db, [record]).catch((error) => {
        if (isTransient(error)) throw error;
        events.emit("dropped", { attempts: 1, error });
      });
    }
  };

  const forget = (record: AttemptRecord) => {
    if (waiting.get(record.key) !== record) return; // it has ended meanwhile
    waiting.delete(record.key);
    bytes -= record.bytes;
  };

  const flush = async () => {
    await writing?.catch(() => {});
    writing = write();
    try {
      await writing;
    } catch (error) {
      if (!failing) events.emit("delayed", { waiting: waiting.size, error: error as Error });
      failing = true;
      throw error;
    }
  };

  return {
    events,
    started: (attempt) => void (attempt.isChild || add(recordOf(attempt))),
    ended: (attempt) => void (attempt.isChild || add(recordOf(attempt))),
    flush,
    async [Symbol.asyncDispose]() {
      const late = Promise.withResolvers<void>();
      const deadline = setTimeout(late.resolve, lastFlushMs);
      await Promise.race([flush().catch(() => {}), late.promise]);
      clearTimeout(deadline);
      clearTimeout(timer);
    },
  };
}
