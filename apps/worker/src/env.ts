import { hostname } from "node:os";
import { duration, type QueueName, queueName, toMs } from "@caretaker/contracts";
import { domainSettings } from "@caretaker/domains";
import type { QueueLimits } from "@caretaker/engine";
import { engineSettings, parseEnv, port, serviceSettings } from "@caretaker/service";
import { z } from "zod";

const defaultConcurrency: Readonly<Record<QueueName, number>> = { warmup: 2, cleanup: 1, archive: 1, analytics: 1 };
const everything = "*";

/** `warmup:20,archive:1`, `warmup` or `*`: the queues to take jobs from, with how many at once. */
const queueList = z
  .string()
  .default(everything)
  .transform((text, context): ReadonlyMap<QueueName, number> => {
    const items = text === everything ? queueName.options : text.split(",").map((item) => item.trim());
    return new Map(items.map((item) => readQueue(item, (message) => context.addIssue({ code: "custom", message }))));
  });

function readQueue(item: string, refuse: (message: string) => void): [QueueName, number] {
  const [name = "", count] = item.split(":");
  const known = queueName.safeParse(name);
  if (!known.success) refuse(`there is no queue ${name}; known: ${queueName.options.join(", ")}`);
  const concurrency = count === undefined ? defaultConcurrency[known.data ?? "warmup"] : Number(count);
  if (!Number.isInteger(concurrency) || concurrency < 1) refuse(`${item}: write a queue and how many of its jobs to run at once, such as warmup:20`);
  return [known.data ?? "warmup", concurrency];
}

/** `archive:1,cleanup:none`: how many jobs of a queue run at once in all workers together. */
const concurrencyLimits = queueLimits("archive:1 or archive:none", (text): QueueLimits | undefined =>
  text === "none" ? { concurrency: null } : /^[1-9]\d{0,5}$/.test(text) ? { concurrency: Number(text) } : undefined,
);

/** `analytics:100/1m`: how many jobs of a queue begin within a time, in all workers together. */
const rateLimits = queueLimits("analytics:100/1m or analytics:none", (text): QueueLimits | undefined => {
  if (text === "none") return { rate: null };
  const [, max, every] = /^([1-9]\d{0,8})\/(.+)$/.exec(text) ?? [];
  const parsed = duration.safeParse(every);
  return max && parsed.success ? { rate: { max: Number(max), everyMs: toMs(parsed.data) } } : undefined;
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

/** The worker's settings. */
export const readEnv = (source?: NodeJS.ProcessEnv) =>
  parseEnv(
    {
      ...serviceSettings,
      ...engineSettings,
      ...domainSettings,
      WORKER_PORT: port(3002),
      WORKER_HOST: z.string().default("127.0.0.1"),
      WORKER_NAME: z.string().default(`${hostname()}-${process.pid}`),
      WORKER_QUEUES: queueList,
      QUEUE_CONCURRENCY: concurrencyLimits,
      QUEUE_RATES: rateLimits,
    },
    source,
  );
