import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createDb, type Db, migrate } from "@caretaker/db";
import {
  createProducer,
  createQueueRedis,
  createQueues,
  type JobDefinition,
  OutcomeUnknown,
  type Producer,
  QueueUnavailable,
} from "@caretaker/queue";
import { temporaryDatabase, until } from "@caretaker/stack";
import { faultJobs, tables } from "./jobs.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** What the client was told of the jobs that it sent: their keys. */
interface Notes {
  readonly accepted: Map<string, { id: string; steps: number; sentAt: number }>;
  readonly ambiguous: Map<string, { steps: number }>;
  rejected: number;
}

export interface WorkerProcess {
  readonly pid: number;
  /** Lines that it has logged so far. */
  readonly lines: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves to its exit code, null after a signal. */
  readonly exited: Promise<number | null>;
}

interface Steps {
  steps?: number;
  stepMs?: number;
  blockMs?: number;
}

/** Queues and a database of one round's own, a client that notes what it was told, and workers in processes of their own. */
export interface Lab extends AsyncDisposable {
  readonly db: Db;
  readonly queue: ReturnType<typeof createQueues>["warmup"];
  readonly notes: Notes;
  send(steps?: Steps): Promise<string>;
  startWorker(settings?: Record<string, string>): Promise<WorkerProcess>;
}

export async function openLab({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string }): Promise<Lab> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await temporaryDatabase(databaseUrl));
  const db = opened.use(createDb({ url: database.url, onError: () => {} }));
  await migrate(db);
  await db.pool.query(tables);
  const prefix = `{${randomUUID()}}`;
  const redis = opened.adopt(
    createQueueRedis(redisUrl, "producer", () => {}),
    (connection) => connection.disconnect(),
  );
  await once(redis, "ready");
  const queues = createQueues(redis, prefix);
  const producer = createProducer(queues);
  const [stepsJob] = faultJobs(db) as [JobDefinition];
  const notes: Notes = { accepted: new Map(), ambiguous: new Map(), rejected: 0 };
  const children = new Set<ChildProcess>();
  opened.defer(async () => {
    for (const child of children) child.kill("SIGKILL");
    for (const child of children) child.kill("SIGCONT");
  });
  const started = opened.move();
  return {
    db,
    queue: queues.warmup,
    notes,
    send: (facts) => send(producer, stepsJob, notes, facts),
    startWorker: (settings) => startWorker(children, { DATABASE_URL: database.url, REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, ...settings }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function send(producer: Producer, job: JobDefinition, notes: Notes, { steps = 1, ...rest }: Steps = {}): Promise<string> {
  const key = randomUUID();
  const sentAt = performance.now();
  try {
    const { id } = await producer.enqueue(job, { key, steps, ...rest });
    notes.accepted.set(key, { id, steps, sentAt });
  } catch (error) {
    if (error instanceof OutcomeUnknown) notes.ambiguous.set(key, { steps });
    else if (error instanceof QueueUnavailable) notes.rejected += 1;
    else throw error;
  }
  return key;
}

async function startWorker(children: Set<ChildProcess>, settings: Record<string, string>): Promise<WorkerProcess> {
  const defaults = { WORKER_NAME: randomUUID().slice(0, 8), CONCURRENCY: "2", LOG_LEVEL: "warn", SHUTDOWN_TIMEOUT: "5s" };
  // biome-ignore lint/style/noProcessEnv: the child's environment is this one's
  const child = spawn(process.execPath, [program], { env: { ...process.env, ...defaults, ...settings }, stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  let lines = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    lines += text.split("\n").length - 1;
  });
  const exited = once(child, "exit").then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  await until("a worker has started", async () => lines > 0 || child.exitCode !== null);
  return {
    pid: child.pid as number,
    get lines() {
      return lines;
    },
    kill: (signal) => void child.kill(signal),
    exited,
  };
}
