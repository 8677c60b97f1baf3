import { duration, toMs } from "@caretaker/contracts";
import { domainSettings } from "@caretaker/domains";
import { engineSettings, parseEnv, port, serviceSettings } from "@caretaker/service";
import { z } from "zod";

/** `1000/1s`: how many, in how long. */
const rate = z.string().transform((text, context) => {
  const [, max, every] = /^([1-9]\d{0,8})\/(.+)$/.exec(text) ?? [];
  const parsed = duration.safeParse(every);
  if (max && parsed.success && toMs(parsed.data) >= 100) return { max: Number(max), everyMs: toMs(parsed.data) };
  context.addIssue({ code: "custom", message: `${text}: write how many requests in how long, such as 1000/1s` });
  return z.NEVER;
});

/** The API's settings. */
export const readEnv = (source?: NodeJS.ProcessEnv) =>
  parseEnv(
    {
      ...serviceSettings,
      ...engineSettings,
      ...domainSettings,
      API_PORT: port(3000),
      API_HOST: z.string().default("127.0.0.1"),
      API_RATE_LIMIT: rate.prefault("1000/1s"),
      API_BACKLOG_CAP: z.coerce.number().int().min(1).default(1_000_000),
    },
    source,
  );
