import type { Call, Transport } from "../transport.ts";

export interface CachedValues {
  /** Drops what has one of the tags, in every process. */
  invalidate(tags: readonly string[], call?: Call): Promise<void>;
  /** Drops all values of a domain, in every process. */
  clear(domain: string, call?: Call): Promise<void>;
}

/** Dropping cached values. */
export function createCachedValues(transport: Transport): CachedValues {
  const drop = async (path: string, body: object, call: Call = {}) =>
    void (await transport.send(path, { method: "POST", body, repeatable: true, ...call }));
  return {
    invalidate: (tags, call) => drop("/v1/cache/invalidate", { tags }, call),
    clear: (domain, call) => drop("/v1/cache/clear", { domain }, call),
  };
}
