export type { Db } from "@caretaker/db";
export { migrate } from "@caretaker/db";
export {
  createQueueRedis,
  createQueues,
  type DeadLetter,
  type DeadLetterFilter,
  type EnqueueOptions,
  isStreamId,
  isTransient,
  JobEnded,
  JobNotFailed,
  OutcomeUnknown,
  PayloadInvalid,
  type Priority,
  type QueueLimits,
  QueueUnavailable,
  type WorkerHost,
} from "@caretaker/queue";
export { type ApiKey, countApiKeys, createApiKey, findApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
export type { Check, CheckName } from "./checks.ts";
export { type CleanupFacts, type CleanupRule, defineCleanupRule } from "./cleanup/cleanup-rule.ts";
export {
  type AnyEntry,
  type Domain,
  defineDomain,
  type ImportContext,
  type ImportResult,
  type LoadContext,
  type ScheduleFacts,
  type ScopeContext,
  type WarmupFacts,
} from "./domain.ts";
export { createEngine, type Engine, type EngineSettings } from "./engine.ts";
export { findEntry, shortName } from "./entry-name.ts";
export { type Admission, BacklogFull, RedisNearlyFull } from "./intake/admission.ts";
export { KeyInUse, KeyReused, once, purgeIdempotencyKeys } from "./intake/once.ts";
export type { Grant, RateLimiter } from "./intake/rate-limiter.ts";
export { observe, observeWorker } from "./observe.ts";
export { queueDescriptions } from "./queue-descriptions.ts";
export { claimFence, FenceLost, runFenced } from "./run-fence.ts";
export { SearchRefused, searchRuns } from "./runs/search-runs.ts";
export { ScheduleRefused } from "./schedules/schedule-refused.ts";
export { TimingRefused } from "./schedules/slots.ts";
export { checkStartConditions, requireChecks, untilReady } from "./start-conditions.ts";
