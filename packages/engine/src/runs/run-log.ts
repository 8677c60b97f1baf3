import { EventEmitter } from "node:events";
import type { Db } from "@caretaker/db";
import { type AttemptEnd, type AttemptStart, isTransient } from "@caretaker/queue";
import { singleFlight } from "../single-flight.ts";
import { createAttemptBuffer } from "./attempt-buffer.ts";
import type { AttemptRecord } from "./attempt-record.ts";
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
  const buffer = createAttemptBuffer(maxBytes);
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const log = (attempt: AttemptStart | AttemptEnd) => {
    buffer.add(attempt);
    flushIn(flushEveryMs);
  };

  const flushIn = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      settle();
      flush().catch(() => flushIn(retryEveryMs));
    }, ms);
  };

  const settle = () => {
    const dropped = buffer.settle();
    if (dropped > 0) events.emit("dropped", { attempts: dropped });
  };

  const flush = singleFlight(async () => {
    settle();
    try {
      for (let batch = buffer.first(batchSize); batch.length > 0; batch = buffer.first(batchSize)) {
        await write(batch);
        buffer.remove(batch);
      }
      failing = false;
    } catch (error) {
      if (!failing) events.emit("delayed", { waiting: buffer.size, error: error as Error });
      failing = true;
      throw error;
    }
  });

  /** A row that PostgreSQL refuses for what it says must not keep the others back. */
  const write = async (batch: readonly AttemptRecord[]) => {
    try {
      await writeAttempts(db, batch);
    } catch (error) {
      if (isTransient(error)) throw error;
      if (batch.length === 1) events.emit("dropped", { attempts: 1, error: error as Error });
      else for (const record of batch) await write([record]);
    }
  };

  return {
    events,
    started: log,
    ended: log,
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
