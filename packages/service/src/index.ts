export {
  databaseOptions,
  databaseSettings,
  engineOptions,
  engineSettings,
  parseEnv,
  port,
  queueRedisMode,
  queueSettings,
  SettingsError,
  serviceSettings,
} from "./env.ts";
export { listen, PortTaken, runProgram, shutdownSignal } from "./lifecycle.ts";
export { createLineLimit } from "./line-limit.ts";
export { createLogger, type Logger } from "./logger.ts";
export { namesAddress } from "./outbound/names-address.ts";
export { AddressRefused, AnswerTooLarge, type OutboundAnswer, type OutboundRequest, sendRequest } from "./outbound/send-request.ts";
export { createTelemetry, type Telemetry } from "./telemetry.ts";
export { tellChanges } from "./tell-changes.ts";
