import { domainSettings } from "@caretaker/domains";
import { engineSettings, parseEnv, port, serviceSettings } from "@caretaker/service";
import { z } from "zod";

/** The API's settings. */
export const readEnv = () =>
  parseEnv({ ...serviceSettings, ...engineSettings, ...domainSettings, API_PORT: port(3000), API_HOST: z.string().default("127.0.0.1") });
