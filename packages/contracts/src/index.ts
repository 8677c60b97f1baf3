export { type AnalyticsPayload, type AnalyticsResult, analyticsPayload, analyticsResult } from "./analytics.ts";
export {
  type ArchivePayload,
  type ArchiveResult,
  archivePayload,
  archiveResult,
  type PolicyResult,
  policyResult,
  type RestoreResult,
  restorePayload,
  restoreResult,
} from "./archive.ts";
export { type AuditEntry, type AuditPage, type AuditSearch, auditEntry, auditPage, auditSearch } from "./audit.ts";
export { type Batch, type BatchItem, type BatchOutcome, type BatchResult, batch, batchItem, batchOutcome, batchResult } from "./batch.ts";
export { CaretakerError } from "./caretaker-error.ts";
export { type CleanupPayload, type CleanupResult, cleanupPayload, cleanupResult } from "./cleanup.ts";
export { declaredNames } from "./declared-names.ts";
export { type Duration, duration, toMs } from "./duration.ts";
export { calendarDate, instant } from "./instant.ts";
export { type AcceptedJob, acceptedJob, type Cancellation, cancellation, type JobState, type JobView, jobState, jobView } from "./job.ts";
export { type JobEvent, jobEvent } from "./job-event.ts";
export { chosenId, isJobId } from "./job-id.ts";
export type { PayloadOf, ResultOf } from "./job-kinds.ts";
export { type JobOptions, jobOptions } from "./job-options.ts";
export {
  type MessagePriority,
  messagePriority,
  type Publication,
  type Publishing,
  publication,
  publishing,
  type SubscriptionList,
  type SubscriptionView,
  subscriptionList,
  subscriptionView,
  topic,
} from "./message.ts";
export { booleanParam, integerParam, numberParam, optionalTextParam, textParam } from "./param.ts";
export { payloadFaults } from "./payload-faults.ts";
export { type PayloadFault, type Problem, payloadFault, problem } from "./problem.ts";
export { type Progress, progress } from "./progress.ts";
export { type QueueName, queueName } from "./queue-name.ts";
export { type QueueView, queueView } from "./queue-view.ts";
export { type RedisMode, type RedisServers, redisServers } from "./redis-servers.ts";
export { type RunOutcome, type RunPage, type RunSearch, type RunView, runOutcome, runPage, runSearch, runView } from "./run.ts";
export {
  type FireOutcome,
  fireOutcome,
  missedPolicy,
  type NewSchedule,
  newSchedule,
  overlapPolicy,
  type ScheduleChange,
  type ScheduleFire,
  type ScheduleRules,
  type ScheduleView,
  type ScheduleWhen,
  scheduleChange,
  scheduleFacts,
  scheduleFire,
  scheduleView,
  scheduleWhen,
} from "./schedule.ts";
export { schemaFingerprint } from "./schema-fingerprint.ts";
export { type Scope, scope } from "./scope.ts";
export { timeZone } from "./time-zone.ts";
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
