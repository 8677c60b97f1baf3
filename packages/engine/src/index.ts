export type { Db } from "@caretaker/db";
export { createDb, migrate } from "@caretaker/db";
export {
  createQueueRedis,
  createQueues,
  type DeadLetter,
  type DeadLetterFilter,
  type DomainLimits,
  defineJob,
  definePort,
  type EnqueueOptions,
  forRequest,
  isStreamId,
  isTransient,
  JobEnded,
  JobNotFailed,
  OutcomeUnknown,
  PayloadInvalid,
  PermanentFailure,
  type Priority,
  type QueueLimits,
  QueueUnavailable,
  Snoozed,
  type WorkerHost,
} from "@caretaker/queue";
export { type ApiKey, countApiKeys, createApiKey, findApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
export { type ArchivePolicy, defineArchivePolicy } from "./archive/archive-policy.ts";
export { type AuditLog, type Change, createAuditLog } from "./audit/audit-log.ts";
export { type Calendar, type CalendarDate, createCalendar, isMonday } from "./calendar.ts";
export type { ChangeFacts } from "./changes/change-facts.ts";
export type { ChangeFollower } from "./changes/follow-changes.ts";
export type { Check, CheckName } from "./checks.ts";
export { type CleanupFacts, type CleanupRule, defineCleanupRule } from "./cleanup/cleanup-rule.ts";
export { type DemoCounts, type DemoFacts, fillDemo } from "./demo.ts";
export { chance, oneOf } from "./demo-sql.ts";
export {
  type AnyEntry,
  type Domain,
  defineDomain,
  type LoadContext,
  type ScheduleFacts,
  type ScopeContext,
  type Targets,
  type WarmupFacts,
} from "./domain.ts";
export { type DomainRoute, defineDomainRoute, JobFailed, JobUnfinished } from "./domain-route.ts";
export { createEngine, type Engine, type EngineSettings } from "./engine.ts";
export { findEntry, shortName } from "./entry-name.ts";
export { type EntryReader, entryReader } from "./entry-reader.ts";
export { FilesUnavailable } from "./files/file-place.ts";
export { type FileStore, fileStore } from "./files/file-store.ts";
export { fixedTargets } from "./fixed-targets.ts";
export type { ImportFacts, ImportFile, ImportResult } from "./import/import-facts.ts";
export { importFiles } from "./import/import-files.ts";
export { type Admission, BacklogFull, RedisNearlyFull } from "./intake/admission.ts";
export { KeyInUse, KeyReused, once, purgeIdempotencyKeys } from "./intake/once.ts";
export type { Grant, RateLimiter } from "./intake/rate-limiter.ts";
export { locks } from "./locks.ts";
export type { Messages } from "./messages/messages.ts";
export { publisher } from "./messages/publisher.ts";
export { defineSubscription, type Message, type Subscription } from "./messages/subscription.ts";
export { observe, observeAudit, observeRelay, observeWorker } from "./observe.ts";
export type { Transaction } from "./outbox/insert-job.ts";
export { type BoundPort, bindPort, standIn } from "./ports.ts";
export { describeQueues } from "./queue-descriptions.ts";
export { UnknownRun } from "./restore-run.ts";
export { closeDays } from "./rollups/closed-days.ts";
export { defineRollup, type Rollup } from "./rollups/rollup.ts";
export { roundRatio } from "./round-ratio.ts";
export { claimFence, FenceLost, runFenced } from "./run-fence.ts";
export { queueHistory } from "./runs/queue-history.ts";
export { SearchRefused } from "./runs/search-refused.ts";
export { searchRuns } from "./runs/search-runs.ts";
export { ScheduleRefused } from "./schedules/schedule-refused.ts";
export { TimingRefused } from "./schedules/slots.ts";
export { checkStartConditions, requireChecks, untilReady } from "./start-conditions.ts";
