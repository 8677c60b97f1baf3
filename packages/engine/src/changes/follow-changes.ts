import { EventEmitter } from "node:events";
import type { Cache } from "@caretaker/cache";
import type { Db } from "@caretaker/db";
import type { Domain, LoadContext } from "../domain.ts";
import { createRelay } from "../outbox/relay.ts";
import type { SetAside } from "../outbox/set-aside.ts";
import { announceChanges } from "./announce-changes.ts";
import { lookForChanges } from "./look.ts";
import { requestWarmups } from "./request-warmups.ts";

/** Changes taken from the outbox at once. */
const atOnce = 1_000;
/** How often a process looks by itself, for what nobody rang for. */
const lookEveryMs = 250;
/** While a change is not announced for longer than this, nothing is served that may be of before it. */
const bearableLagMs = 1_000;

interface FollowerEvents {
  /** Whether changes are announced in time has changed. */
  current: [{ current: boolean; lagMs: number }];
  /** Changes could not be announced; once for each outage. */
  delayed: [Error];
  /** Jobs or messages of the outbox can never be handed over: their rows stay, with what is wrong. */
  setAside: [{ rows: readonly SetAside[] }];
}

/** This process's part in announcing changes; any number of processes share the work. */
export interface ChangeFollower extends AsyncDisposable {
  readonly events: EventEmitter<FollowerEvents>;
  /** Whether what is cached may be served. Also while PostgreSQL is away: nothing else is to be had then, and nothing changes. */
  readonly isCurrent: boolean;
  /** Resolves when it is known for the first time whether there is something to catch up with. */
  readonly ready: Promise<void>;
}

/** Announces changes to the cache as they are committed, and has warmed what is wanted. */
export function followChanges({ db, cache, domains }: { db: Db; cache: Cache<LoadContext>; domains: readonly Domain[] }): ChangeFollower {
  const events = new EventEmitter<FollowerEvents>();
  let isCurrent = false;
  let limit = atOnce;

  const look = async () => {
    const waiting = await lookForChanges(db).catch(() => ({ lagMs: undefined, warmups: false }));
    const { lagMs = 0 } = waiting;
    const wasCurrent = isCurrent;
    isCurrent = lagMs <= bearableLagMs;
    if (isCurrent !== wasCurrent) events.emit("current", { current: isCurrent, lagMs });
    return waiting;
  };
  const announce = async () => {
    try {
      while ((await announceChanges({ db, cache, domains }, limit)) > 0) limit = atOnce;
    } catch (error) {
      limit = 1; // one is enough to see whether it works again
      throw error;
    }
  };
  const relay = createRelay(db, {
    channel: "caretaker_changes",
    everyMs: lookEveryMs,
    async pass() {
      const { lagMs, warmups } = await look();
      if (warmups) await requestWarmups(db, domains);
      if (lagMs === undefined) return;
      await announce();
      await look();
    },
    onFailure: (error) => events.emit("delayed", error),
  });
  return {
    events,
    get isCurrent() {
      return isCurrent;
    },
    ready: relay.firstPass,
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}
