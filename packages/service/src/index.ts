export { engineOptions, engineSettings, parseEnv, port, queueSettings, SettingsError, serviceSettings } from "./env.ts";
export { listen, PortTaken, runProgram, shutdownSignal } from "./lifecycle.ts";
export { createLineLimit } from "./line-limit.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createTelemetry, type Telemetry } from "./telemetry.ts";
