import { setTimeout as pause } from "node:timers/promises";
import type { Db } from "@caretaker/db";

interface RelayOptions {
  /** The PostgreSQL channel that wakes it. */
  readonly channel: string;
  /** It looks by itself so often. */
  readonly everyMs: number;
  /** Hands on all that waits; any number of processes may do so at once. */
  readonly pass: () => Promise<void>;
  /** Gets the first failure of each outage. */
  readonly onFailure: (error: Error) => void;
}

interface Relay extends AsyncDisposable {
  /** Resolves when it has looked once, whatever came of it. */
  readonly firstPass: Promise<void>;
}

/** How long a pass may take to end when the relay is left; a server that is away would keep it for ever. */
const farewellMs = 1_000;

/** Makes passes, one at a time: when its channel is notified, and every so often. What fails is tried again then. */
export function createRelay(db: Db, { channel, everyMs, pass, onFailure }: RelayOptions): Relay {
  const first = Promise.withResolvers<void>();
  let bell = Promise.withResolvers<void>();
  let left = false;
  let failing = false;

  const once = async () => {
    try {
      await pass();
      failing = false;
    } catch (error) {
      if (!failing && !left) onFailure(error as Error);
      failing = true;
      bell = Promise.withResolvers();
    }
  };
  const passing = (async () => {
    while (!left) {
      bell = Promise.withResolvers();
      await once();
      first.resolve();
      await Promise.race([bell.promise, quiet(everyMs)]);
    }
  })();
  const listener = db.listen([channel], () => bell.resolve());
  return {
    firstPass: first.promise,
    async [Symbol.asyncDispose]() {
      left = true;
      bell.resolve();
      await listener[Symbol.asyncDispose]();
      await Promise.race([passing, quiet(farewellMs)]);
    },
  };
}

/** A pause that keeps no process from ending. */
const quiet = (ms: number) => pause(ms, undefined, { ref: false });
