import { engineSettings, parseEnv } from "@caretaker/service";

/** The command line's settings: those of the engine. */
export const readEnv = () => parseEnv(engineSettings);
