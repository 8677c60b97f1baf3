/** What a cache tells of itself; nothing is logged in here. */
export interface CacheEvents {
  /** `bytes` are those of the values' texts, if they came from Redis. */
  hit: [{ entry: string; tier: "l1" | "l2"; values: number; bytes?: number }];
  miss: [{ entry: string; tier: "l1" | "l2"; values: number }];
  /** There is no such thing, as its filter knows: nobody was asked. */
  absent: [{ entry: string }];
  /** An expired value stood in for a failed load. */
  stale: [{ entry: string; tier: "l1" | "l2" }];
  /** Values came from a source (`entry` is its name when several entries were loaded at once). */
  load: [{ entry: string; values: number; ms: number }];
  /** Values were sent to Redis. */
  write: [{ entry: string; tier: "l2"; values: number; bytes: number }];
  failure: [{ entry: string; tier: "l2" | "source"; error: Error }];
  /** Whether invalidations by other processes are heard; while they are not, Redis is asked before memory. */
  bus: [{ listening: boolean }];
  /** Whether reads leave Redis out, because it did not answer. */
  breaker: [{ open: boolean }];
}
