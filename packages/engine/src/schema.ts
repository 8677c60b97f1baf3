import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Keys of the API: only a SHA-256 of each is stored. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    name: text("name").notNull(),
    keyHash: text("key_hash").notNull().unique(),
    scopes: text("scopes").array().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("api_keys_created_at").on(table.createdAt)],
);

/** What is known of an attempt from its beginning on. */
const attemptColumns = () => ({
  queue: text("queue").notNull(),
  jobId: text("job_id").notNull(),
  name: text("name").notNull(),
  domain: text("domain").notNull(),
  payload: jsonb("payload"),
  attempt: integer("attempt").notNull(),
  startedAt: instant("started_at").notNull(),
  worker: text("worker"),
});

/** Attempts of jobs that have begun and not ended: few rows, of which one that stays behind tells of a lost worker. */
export const runningAttempts = pgTable("running_attempts", attemptColumns(), (table) => [
  primaryKey({ columns: [table.queue, table.jobId, table.attempt] }),
  index("running_attempts_started").on(table.startedAt),
]);

/** Every attempt of every job that has ended; rows are added and not changed. The migration adds an index of its words. */
export const jobRuns = pgTable(
  "job_runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    ...attemptColumns(),
    finishedAt: instant("finished_at").notNull(),
    outcome: text("outcome").notNull(),
    final: boolean("final").notNull(),
    error: text("error"),
    result: jsonb("result"),
  },
  (table) => [
    uniqueIndex("job_runs_attempt").on(table.queue, table.jobId, table.startedAt),
    index("job_runs_started").on(table.startedAt, table.id),
    index("job_runs_kind").on(table.queue, table.name, table.outcome, table.startedAt, table.id),
  ],
);

/** Schedules: those that code declares with what operators changed of them, and those that operators made. */
export const schedules = pgTable(
  "schedules",
  {
    id: text("id").primaryKey(),
    domain: text("domain").notNull(),
    queue: text("queue").notNull(),
    job: text("job").notNull(),
    declared: boolean("declared").notNull(),
    facts: jsonb("facts").notNull(),
    override: jsonb("override").notNull().default({}),
    paused: boolean("paused").notNull().default(false),
    /** The first slot that has no row yet. */
    nextAt: instant("next_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [index("schedules_due").on(table.nextAt)],
);

/** One row for each slot of a schedule: what became of it, and the job that ran for it. Outlives its schedule. */
export const scheduleFires = pgTable(
  "schedule_fires",
  {
    scheduleId: text("schedule_id").notNull(),
    scheduledFor: instant("scheduled_for").notNull(),
    outcome: text("outcome").notNull(),
    queue: text("queue").notNull(),
    jobId: text("job_id"),
    settledAt: instant("settled_at").notNull().defaultNow(),
    /** When its job was handed to Redis; null while it waits for that, or if it has no job of its own. */
    enqueuedAt: instant("enqueued_at"),
    /** When its job was seen to have ended. */
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.scheduledFor] }),
    index("schedule_fires_open").on(table.scheduleId, table.scheduledFor).where(sql`outcome in ('ran', 'late') and ended_at is null`),
  ],
);

/** Every change that was made, or tried, over the API, the board and the command line; rows are added and not changed. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: uuid("id").notNull(),
    at: instant("at").notNull(),
    who: text("who").notNull(),
    role: text("role").notNull(),
    method: text("method").notNull(),
    route: text("route").notNull(),
    params: jsonb("params").notNull(),
    status: integer("status").notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.id] }), index("audit_log_who").on(table.who, table.at, table.id)],
);

/** Which attempt at a job may write, and how far the job has come; each batch of a job renews its row in its own transaction. */
export const jobFences = pgTable("job_fences", {
  job: text("job").primaryKey(),
  token: text("token").notNull(),
  progress: jsonb("progress"),
  renewedAt: instant("renewed_at").notNull().defaultNow(),
});

/** Requests that are to be done once: `answer` is empty while the first one is under way. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    apiKeyId: uuid("api_key_id").notNull(),
    key: text("key").notNull(),
    /** What is made for the request is made under this id. */
    id: uuid("id").notNull().default(sql`gen_random_uuid()`),
    fingerprint: text("fingerprint").notNull(),
    answer: text("answer"),
    lockedUntil: instant("locked_until").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.apiKeyId, table.key] }), index("idempotency_keys_expires_at").on(table.expiresAt)],
);

/**
 * What has changed in captured tables and has not been announced yet: a row for each subject that a statement touched.
 * Triggers write it; `capture_changes` in the migrations makes them. Rows are taken, not marked, so none is passed over.
 */
export const changeOutbox = pgTable("change_outbox", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  /** The table. */
  source: text("source").notNull(),
  /** Whom the rows are about, such as a user; null: everybody. */
  subject: text("subject"),
  /** When the rows are of, by the quarter of an hour, for rollups; null: nothing to add up. */
  instants: instant("instants").array(),
  /** Whether the subject's values are wanted soon. */
  warm: boolean("warm").notNull().default(false),
  at: instant("at").notNull().default(sql`clock_timestamp()`),
});

/** Subjects whose values are to be warmed once their changes have settled. */
export const warmupRequests = pgTable(
  "warmup_requests",
  { source: text("source").notNull(), subject: text("subject").notNull(), dueAt: instant("due_at").notNull() },
  (table) => [primaryKey({ columns: [table.source, table.subject] }), index("warmup_requests_due").on(table.dueAt)],
);

/** Rollups that have run, `<domain>.<name>`: from then on what changes in their source is noted for them. */
export const rollups = pgTable("rollups", {
  name: text("name").primaryKey(),
  source: text("source").notNull(),
  /** When all windows had been computed once; null while they have not. */
  builtAt: instant("built_at"),
});

/** Windows of rollups that have changed since they were computed; rows are taken, not marked. */
export const rollupWindows = pgTable(
  "rollup_windows",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    rollup: text("rollup").notNull(),
    subject: text("subject").notNull(),
    instants: instant("instants").array().notNull(),
  },
  (table) => [index("rollup_windows_rollup").on(table.rollup, table.id)],
);

/** Windows that are never computed again, since their rows were deleted for good: those before an instant of one subject, or of all (''). */
export const rollupClosed = pgTable(
  "rollup_closed",
  { source: text("source").notNull(), subject: text("subject").notNull().default(""), before: instant("before").notNull() },
  (table) => [primaryKey({ columns: [table.source, table.subject] })],
);

/** Jobs that are enqueued with the transaction that inserts them; a trigger wakes the relay. The id becomes the job's. */
export const jobOutbox = pgTable(
  "job_outbox",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    position: bigint("position", { mode: "number" }).generatedAlwaysAsIdentity(),
    queue: text("queue").notNull(),
    name: text("name").notNull(),
    payload: jsonb("payload").notNull().default({}),
    at: instant("at").notNull().default(sql`clock_timestamp()`),
    /** Why it can't be enqueued; such a row stays. */
    error: text("error"),
  },
  (table) => [index("job_outbox_waiting").on(table.position).where(sql`error is null`)],
);
