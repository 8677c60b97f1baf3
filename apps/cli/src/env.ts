import { domainSettings } from "@caretaker/domains";
import { engineSettings, parseEnv } from "@caretaker/service";

/** The command line's settings: those of the engine and the domains. */
export const readEnv = () => parseEnv({ ...engineSettings, ...domainSettings });
