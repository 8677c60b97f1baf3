import { z } from "zod";
import { instant } from "./instant.ts";

/** A change that somebody made, or tried to make, over the API, the board or the command line. */
export const auditEntry = z.object({
  id: z.string(),
  at: z.string(),
  /** The name of the API key, of the board's user, or of the account that ran a command. */
  who: z.string(),
  role: z.enum(["viewer", "operator", "api", "cli"]),
  /** The HTTP method; `RUN` for a command. */
  method: z.string(),
  /** The route's pattern, or the command. */
  route: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** What it was answered with; for a command its exit code. */
  status: z.int(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** What changes are searched by. */
export const auditSearch = z.strictObject({
  who: z.string().max(200).optional(),
  from: instant.optional(),
  /** Before this instant. */
  to: instant.optional(),
  /** The `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type AuditSearch = z.input<typeof auditSearch>;

/** A page of changes, the latest first; `next` asks for the one after it. */
export const auditPage = z.object({ changes: z.array(auditEntry), next: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPage>;
