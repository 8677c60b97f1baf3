export { CaretakerError } from "./caretaker-error.ts";
export { type Duration, duration, toMs } from "./duration.ts";
export { calendarDate, instant } from "./instant.ts";
export { type AcceptedJob, acceptedJob, type Cancellation, cancellation, type JobState, type JobView, jobState, jobView } from "./job.ts";
export { booleanParam, integerParam } from "./param.ts";
export { payloadFaults } from "./payload-faults.ts";
export { type PayloadFault, type Problem, payloadFault, problem } from "./problem.ts";
export { type Progress, progress } from "./progress.ts";
export { type QueueName, queueName } from "./queue-name.ts";
export { schemaFingerprint } from "./schema-fingerprint.ts";
export {
  type ParamSet,
  paramSet,
  type WarmupFailure,
  type WarmupPayload,
  type WarmupResult,
  warmupFailure,
  warmupPayload,
  warmupResult,
  warmupScope,
} from "./warmup.ts";
