import { z } from "zod";

/** One fault of a payload: where (`scope.params.0.userId`) and what. */
export const payloadFault = z.object({ path: z.string(), message: z.string() });
export type PayloadFault = z.infer<typeof payloadFault>;

/** An RFC 9457 problem document (`application/problem+json`), with a stable code and the id of the request. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    errors: z.array(payloadFault).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problem>;
