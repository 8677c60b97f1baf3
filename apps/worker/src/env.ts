import { hostname } from "node:os";
import { duration, type QueueName, queueName, toMs } from "@caretaker/contracts";
import { createDomains, domainSettings } from "@caretaker/domains";
import { engineSettings, parseEnv, port, serviceSettings } from "@caretaker/service";
import { z } from "zod";
import { concurrencyLimits, domainLimits, rateLimits } from "./limit-settings.ts";

const defaultConcurrency: Readonly<Record<QueueName, number>> = { warmup: 2, cleanup: 1, archive: 1, analytics: 1, messages: 10 };
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
      DOMAIN_CONCURRENCY: domainLimits(createDomains().map(({ name }) => name)),
      BATCH_TARGET: duration
        .prefault("200ms")
        .transform(toMs)
        .refine((ms) => ms >= 10, "10ms at least"),
    },
    source,
  );
