import type { Entry } from "./entry.ts";

// biome-ignore lint/suspicious/noExplicitAny: entries of different parameters and values are warmed together
type AnyEntry<Context> = Entry<any, any, Context>;

/** A value to be warmed; `params` are as the entry's schema reads them. */
export interface WarmTarget<Context> {
  readonly entry: AnyEntry<Context>;
  readonly params: object;
}

export interface WarmOptions<Context> {
  readonly context: Context;
  /** Loads what is still fresh as well. */
  readonly force?: boolean;
  /** Loads what is about to expire as well, as `popular` has it. */
  readonly renew?: boolean;
  readonly signal?: AbortSignal;
  /** Names this warm-up, for `warmReads`: letters, digits, `-` and `_`. */
  readonly mark?: string;
  /** Whether a failed load is to be thrown, to be tried again later, instead of counted. Default: never. */
  readonly retryable?: (error: unknown) => boolean;
}
