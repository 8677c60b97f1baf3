import { RequestRefused } from "../request-refused.ts";
import type { Call, Transport } from "../transport.ts";

/** A value through the cache. */
export interface EntryValue<Value> {
  readonly value: Value;
  /** ISO 8601 instants. */
  readonly cachedAt: string;
  readonly expiresAt: string;
  /** Where it came from. */
  readonly from: "l1" | "l2" | "miss" | "stale" | "bypass";
}

export interface EntryCall extends Call {
  /** Reads the source instead of what is cached. */
  fresh?: boolean;
}

export interface Entries {
  /** The value of an entry for some parameters; `undefined` if there is no such thing. */
  get<Value = unknown>(
    domain: string,
    entry: string,
    params?: Readonly<Record<string, string | number | boolean>>,
    call?: EntryCall,
  ): Promise<EntryValue<Value> | undefined>;
}

/** Where a value came from; also on the 404 of a value that is not there, as opposed to one for a name that nobody knows. */
const readHeader = "x-cache";

/** Reading values. */
export function createEntries(transport: Transport): Entries {
  return {
    async get<Value>(domain: string, entry: string, params = {}, { fresh, signal }: EntryCall = {}) {
      const path = `/v1/entries/${encodeURIComponent(domain)}/${encodeURIComponent(entry)}`;
      try {
        const answer = await transport.send(path, { query: params, headers: fresh ? { "Cache-Control": "no-cache" } : {}, signal });
        const value = (await answer.json()) as Omit<EntryValue<Value>, "from">;
        return { ...value, from: answer.headers.get(readHeader) as EntryValue<Value>["from"] };
      } catch (error) {
        if (error instanceof RequestRefused && error.status === 404 && error.headers.has(readHeader)) return undefined;
        throw error;
      }
    },
  };
}
