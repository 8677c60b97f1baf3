import { duration, type QueueName, queueName, toMs } from "@caretaker/contracts";
import type { DomainLimits, QueueLimits } from "@caretaker/engine";
import { z } from "zod";

/** `archive:1,cleanup:none`: how many jobs of a queue run at once in all workers together. */
export const concurrencyLimits = queueLimits("archive:1 or archive:none", (text): QueueLimits | undefined =>
  text === "none" ? { concurrency: null } : /^[1-9]\d{0,5}$/.test(text) ? { concurrency: Number(text) } : undefined,
);

/** `analytics:100/1m`: how many jobs of a queue begin within a time, in all workers together. */
export const rateLimits = queueLimits("analytics:100/1m or analytics:none", (text): QueueLimits | undefined => {
  if (text === "none") return { rate: null };
  const [, max, every] = /^([1-9]\d{0,8})\/(.+)$/.exec(text) ?? [];
  const parsed = duration.safeParse(every);
  return max && parsed.success ? { rate: { max: Number(max), everyMs: toMs(parsed.data) } } : undefined;
});

/** `learning/warmup:2`: how many jobs of one of these domains run at once in a queue, in all workers together. */
export const domainLimits = (domains: readonly string[]) =>
  z
    .string()
    .default("")
    .transform((text, context): DomainLimits => {
      const items = text.split(",").flatMap((item) => item.trim() || []);
      return new Map(
        items.flatMap((item) => {
          const [, domain = "", queue, most] = /^([a-z][a-z0-9-]*)\/([a-z]+):([1-9]\d{0,5})$/.exec(item) ?? [];
          if (domains.includes(domain) && queueName.safeParse(queue).success) return [[`${domain}/${queue}`, Number(most)] as const];
          const wanted = `a domain (${domains.join(", ")}), a queue (${queueName.options.join(", ")}) and a limit, such as ${domains[0]}/warmup:2`;
          context.addIssue({ code: "custom", message: `${item}: write ${wanted}` });
          return [];
        }),
      );
    });

function queueLimits(example: string, read: (text: string) => QueueLimits | undefined) {
  return z
    .string()
    .default("")
    .transform((text, context): ReadonlyMap<QueueName, QueueLimits> => {
      const items = text.split(",").filter((item) => item.trim() !== "");
      return new Map(
        items.flatMap((item) => {
          const [name = "", limit = ""] = item.trim().split(":");
          const known = queueName.safeParse(name);
          const limits = read(limit);
          if (known.success && limits) return [[known.data, limits] as const];
          context.addIssue({ code: "custom", message: `${item}: write a queue (${queueName.options.join(", ")}) and its limit, such as ${example}` });
          return [];
        }),
      );
    });
}
