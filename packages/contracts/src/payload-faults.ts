import type { z } from "zod";
import type { PayloadFault } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** The faults that a zod error holds, one for each field; an unknown field is named by its own path. */
export function payloadFaults(error: z.ZodError): PayloadFault[] {
  return error.issues.flatMap(faultsOf);
}

function faultsOf(issue: Issue): PayloadFault[] {
  const at = (path: PropertyKey[]) => path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: at([...issue.path, key]), message: unknownField(issue.message) }));
  }
  if (issue.code === "invalid_union") return closestBranch(issue.errors).map((fault) => ({ ...fault, path: join(at(issue.path), fault.path) }));
  return [{ path: at(issue.path), message: issue.message }];
}

/** Of a union's branches, the one that got deepest into the value tells most about what was meant. */
function closestBranch(branches: Issue[][]): PayloadFault[] {
  const depth = (issues: Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  return branches.toSorted((a, b) => depth(b) - depth(a))[0]?.flatMap(faultsOf) ?? [];
}

/** What a schema says of unknown fields itself, if it does. */
const unknownField = (message: string) => (message.startsWith("Unrecognized") ? "unknown field" : message);

const join = (...parts: string[]) => parts.filter(Boolean).join(".");
