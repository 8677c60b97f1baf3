import type { Verdict } from "./oracle.ts";

export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** What a round of a fault came to: how long it took until work went on, and what the oracle says. */
export interface Round extends Verdict {
  readonly recoveryMs: number;
}

/** A fault that is injected into real processes, over and over. */
export interface Fault {
  readonly name: string;
  readonly inject: string;
  /** How the time is meant that is measured. */
  readonly measured: string;
  readonly limitMs: number;
  /** Rounds that may run at once; those that wait for a lock to expire cost little. */
  readonly sideBySide: number;
  /** How often it is injected in the full form, 20 times unless said otherwise; 0 in the short one means that a test has it. */
  readonly rounds?: { readonly full: number; readonly short: number };
  /** One round; throws if a promise is broken that is neither time nor the oracle's. */
  run(servers: Servers): Promise<Round>;
}
