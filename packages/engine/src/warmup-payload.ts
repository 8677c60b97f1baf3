import { type ParamSet, payloadFaults, warmupPayload } from "@caretaker/contracts";
import { z } from "zod";
import type { AnyEntry, Domain } from "./domain.ts";
import { shortName } from "./entry-name.ts";
import { chosenEntries, readParams, splitOnce } from "./warmup-plan.ts";

/** The payload of one domain's warm-up: its entries by name or group, each parameter set readable by an entry that it is for. */
export function warmupPayloadOf(domain: Domain) {
  const names = z.enum([...domain.entries.map(shortName), ...Object.keys(domain.warmup.groups ?? {})] as [string, ...string[]]);
  return warmupPayload
    .extend({ domain: z.literal(domain.name), entries: z.array(names).min(1).max(100).optional() })
    .superRefine(({ entries, scope, asOf }, context) => {
      if (typeof scope === "string") return;
      const now = asOf ? new Date(asOf) : new Date();
      const chosen = chosenEntries(domain, entries);
      const { perTarget } = splitOnce(domain, chosen);
      scope.params.forEach((set, index) => {
        for (const fault of faultsOf(domain, perTarget.length > 0 ? perTarget : chosen, set, now, entries !== undefined)) {
          context.addIssue({ code: "custom", path: ["scope", "params", index, ...fault.path.split(".")], message: fault.message });
        }
      });
    });
}

/** What keeps a set from being warmed: where entries were named, each must read it; else any of them. */
function faultsOf(domain: Domain, entries: readonly AnyEntry[], set: ParamSet, asOf: Date, named: boolean) {
  const reads = entries.map((entry) => ({ entry, read: readParams(domain, entry, set, asOf) }));
  if (!named && reads.some(({ read }) => read.success)) return [];
  const faults = reads.flatMap(({ entry, read }) =>
    read.success ? [] : payloadFaults(read.error as z.ZodError).map(({ path, message }) => ({ path, message: `${message} (${shortName(entry)})` })),
  );
  return faults.slice(0, 10);
}
