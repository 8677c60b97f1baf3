import { randomBytes } from "node:crypto";
import { CaretakerError } from "@caretaker/contracts";
import type { Cluster, Redis } from "ioredis";

export interface LockOptions {
  /** How long the lease stands without renewal, ms; default 10,000. */
  readonly leaseMs?: number;
  /** How long to wait for it, ms; default 0: not at all. */
  readonly waitMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** A lease that this process holds, until it is disposed of or lost. */
export interface Lock extends AsyncDisposable {
  /**
   * Greater than that of every holder before. Hand it to what you write to, which refuses what comes with a smaller one than
   * it has seen: so who was frozen past the lease can't write.
   */
  readonly fencingToken: number;
  /** Aborted when the lease is lost: somebody else may have it. */
  readonly signal: AbortSignal;
}

/** Somebody else had the lock all the time. */
export class LockTimeout extends CaretakerError {
  override readonly code = "LOCK_TIMEOUT";

  constructor(name: string) {
    super(`no lock on ${name} in time`);
  }
}

/** The lease ended before it was given back. */
export class LockLost extends CaretakerError {
  override readonly code = "LOCK_LOST";

  constructor(name: string, cause?: unknown) {
    super(`the lock on ${name} was lost`, { cause });
  }
}

/**
 * KEYS: lease, last fencing token. ARGV: token, ms. Answers with the fencing token, or with 0 if somebody has the lease.
 * It is Redis' time in microseconds, or one more than the last: so it grows even if Redis has lost that, or its clock went back.
 */
const acquire = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local time, last = redis.call('TIME'), tonumber(redis.call('GET', KEYS[2]) or 0)
local fence = math.max(time[1] * 1000000 + time[2], last + 1)
redis.call('SET', KEYS[2], string.format('%.0f', fence), 'EX', 86400)
return fence`;

/** KEYS: lease. ARGV: token, ms. Answers with whether the lease stands. */
const renew = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: lease. ARGV: token. */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

interface Scripts {
  caretakerAcquire(keys: 2, lease: string, last: string, token: string, ms: number): Promise<number>;
  caretakerRenew(keys: 1, lease: string, token: string, ms: number): Promise<0 | 1>;
  caretakerUnlock(keys: 1, lease: string, token: string): Promise<number>;
}

const retryMs = 25;

/** The function that takes locks over a connection; `keyOf` gives the key of a name. */
export function createLocks(connection: Redis | Cluster, keyOf: (name: string) => string) {
  for (const [name, lua] of Object.entries({ caretakerAcquire: acquire, caretakerRenew: renew, caretakerUnlock: release })) {
    connection.defineCommand(name, { lua });
  }
  const redis = connection as Redis & Scripts;

  return async function lock(name: string, { leaseMs = 10_000, waitMs = 0, signal }: LockOptions = {}): Promise<Lock> {
    const lease = keyOf(name);
    const token = randomBytes(12).toString("base64url");
    const deadline = performance.now() + waitMs;
    for (;;) {
      signal?.throwIfAborted();
      const asked = performance.now();
      const fencingToken = await redis.caretakerAcquire(2, lease, `${lease}:last`, token, leaseMs);
      if (fencingToken > 0) return hold(redis, { name, lease, token, leaseMs, fencingToken, until: asked + leaseMs });
      if (performance.now() >= deadline) throw new LockTimeout(name);
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryMs, deadline - performance.now())));
    }
  };
}

interface Holding {
  readonly name: string;
  readonly lease: string;
  readonly token: string;
  readonly leaseMs: number;
  readonly fencingToken: number;
  /** On this process's clock, never later than Redis has it. */
  readonly until: number;
}

/** Renews a lease three times in its time, until it is given back or lost. */
function hold(redis: Redis & Scripts, { name, lease, token, leaseMs, fencingToken, until }: Holding): Lock {
  const lost = new AbortController();
  let ends = until;
  let timer: NodeJS.Timeout;
  const lose = (cause?: unknown) => {
    clearInterval(timer);
    lost.abort(new LockLost(name, cause));
  };
  const extend = async () => {
    const asked = performance.now();
    if (asked >= ends) return lose();
    try {
      if (await redis.caretakerRenew(1, lease, token, leaseMs)) ends = asked + leaseMs;
      else lose();
    } catch (error) {
      if (performance.now() >= ends) lose(error);
    }
  };
  timer = setInterval(extend, leaseMs / 3).unref();
  return {
    fencingToken,
    get signal() {
      if (performance.now() >= ends && !lost.signal.aborted) lose(); // frozen past it, and no timer has run yet
      return lost.signal;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      if (!lost.signal.aborted) await redis.caretakerUnlock(1, lease, token);
    },
  };
}
