import type { AcceptedJob, JobView, Progress, QueueName, QueueView } from "@caretaker/contracts";
import {
  cancelJob,
  createProducer,
  type DeadLetter,
  type DeadLetterFilter,
  deadLetters,
  type EnqueueOptions,
  type FedEvent,
  type FeedOptions,
  followJob,
  type JobDefinition,
  type Order,
  type Outcome,
  PayloadInvalid,
  readJob,
  readQueue,
  redrive,
  retryJob,
} from "@caretaker/queue";
import type { Connections } from "../connections.ts";
import { enqueueIn } from "../outbox/enqueue-in.ts";
import type { Transaction } from "../outbox/insert-job.ts";

/** A maintenance job to be put into its queue. */
interface EngineOrder {
  readonly queue: QueueName;
  readonly payload: unknown;
  readonly options?: EnqueueOptions | undefined;
}

/** What can be done with maintenance jobs from any process. */
export interface JobOperations {
  /** Puts a maintenance job into its queue. Throws `PayloadInvalid`, `QueueUnavailable` or `OutcomeUnknown`. */
  enqueue(queue: QueueName, payload: unknown, options?: EnqueueOptions): Promise<AcceptedJob>;
  /** The same for many, with one round trip for each queue; resolves to what became of each, in order. */
  enqueueMany(orders: readonly EngineOrder[]): Promise<Outcome[]>;
  /** Puts a job into its queue once the caller's transaction commits, and never if it does not; resolves to the job's id. Throws `PayloadInvalid`. */
  enqueueIn(tx: Transaction, queue: QueueName, payload: unknown): Promise<string>;
  /** What is known of a job, or `undefined`. */
  readJob(queue: QueueName, id: string): Promise<JobView | undefined>;
  /** Waits for a job's end, or until `signal` fires; resolves to how it stands then, `undefined` if there is no such job. */
  followJob(queue: QueueName, id: string, options: { signal: AbortSignal; onProgress?: (progress: Progress) => void }): Promise<JobView | undefined>;
  /** What happens to a job, from where it stands, or from an event of it on, until its end; nothing if there is no such job. */
  jobEvents(queue: QueueName, id: string, options: FeedOptions): AsyncIterable<FedEvent>;
  /**
   * Cancels a job, wherever it waits or runs, with its chunks; resolves to how it stands then, still `active` if its handler did
   * not stop within `waitMs` (3 s), `undefined` if there is no such job. Throws `JobEnded`.
   */
  cancelJob(queue: QueueName, id: string, who: { by: string; reason?: string; waitMs?: number }): Promise<JobView | undefined>;
  /** Jobs that have used up their attempts, latest first. */
  deadLetters(queue: QueueName, filter?: DeadLetterFilter): AsyncIterable<DeadLetter>;
  /** Puts a failed or cancelled job back to wait with all its attempts; `undefined` if there is no such job. Throws `JobNotFailed`. */
  retryJob(queue: QueueName, id: string): Promise<JobView | undefined>;
  /** Puts the dead letters that match back to wait; resolves to how many those were. */
  redrive(queue: QueueName, filter?: DeadLetterFilter): Promise<number>;
  /** How a queue stands now. */
  readQueue(queue: QueueName): Promise<QueueView>;
  /** Has the workers take no more jobs of a queue, wherever they are; those that run go on. */
  pauseQueue(queue: QueueName): Promise<void>;
  resumeQueue(queue: QueueName): Promise<void>;
}

/** The operations over the queues' Redis; `jobFor` finds the job that a queue's payload is for. */
export function createJobOperations(
  { queues, queueRedis: redis, queuePrefix: prefix, jobFeed: feed }: Connections,
  jobFor: (queue: QueueName, payload: unknown) => JobDefinition,
): JobOperations {
  const producer = createProducer(queues);
  return {
    enqueue: async (queue, payload, options) => producer.enqueue(jobFor(queue, payload), payload, options),
    async enqueueMany(orders) {
      const found = orders.map(({ queue, payload, options }) => findOrder(() => ({ job: jobFor(queue, payload), payload, options })));
      const outcomes = (await producer.enqueueMany(found.filter((order): order is Order => !(order instanceof PayloadInvalid)))).values();
      return found.map((order) => (order instanceof PayloadInvalid ? order : (outcomes.next().value as Outcome)));
    },
    enqueueIn: async (tx, queue, payload) => enqueueIn(tx, queue, jobFor(queue, payload), payload),
    readJob: (queue, id) => readJob(queues[queue], id),
    followJob: (queue, id, options) => followJob(queues[queue], id, { ...options, feed }),
    jobEvents: (queue, id, options) => feed.follow(queues[queue], id, options),
    cancelJob: (queue, id, who) => cancelJob(queue, id, { ...who, redis, prefix, queues }),
    deadLetters: (queue, filter) => deadLetters(queues[queue], redis, filter),
    retryJob: (queue, id) => retryJob(queues[queue], redis, id),
    redrive: (queue, filter) => redrive(queues[queue], redis, filter),
    readQueue: (queue) => readQueue(queues[queue]),
    pauseQueue: (queue) => queues[queue].pause(),
    resumeQueue: (queue) => queues[queue].resume(),
  };
}

/** An order, or why there is no job for it. */
function findOrder(find: () => Order): Order | PayloadInvalid {
  try {
    return find();
  } catch (error) {
    if (error instanceof PayloadInvalid) return error;
    throw error;
  }
}
