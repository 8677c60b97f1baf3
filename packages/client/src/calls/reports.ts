import { RequestRefused } from "../request-refused.ts";
import type { Call, Transport } from "../transport.ts";

export interface Reports {
  /** A file that a job made; `undefined` if there is none of this name. */
  get(name: string, call?: Call): Promise<Blob | undefined>;
}

/** Files that jobs made. */
export function createReports(transport: Transport): Reports {
  return {
    async get(name, call) {
      try {
        return await (await transport.send(`/v1/reports/${encodeURIComponent(name)}`, call)).blob();
      } catch (error) {
        if (error instanceof RequestRefused && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}
