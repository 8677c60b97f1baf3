import { CaretakerError, type QueueName } from "@caretaker/contracts";
import { backlogOf } from "@caretaker/queue";
import type { Connections } from "../connections.ts";

/** So many jobs wait in the queue already that no more are taken. */
export class BacklogFull extends CaretakerError {
  override readonly code = "BACKLOG_FULL";
}

/** The queues' Redis is nearly full: what is accepted now might keep workers from ending what they have. */
export class RedisNearlyFull extends CaretakerError {
  override readonly code = "REDIS_NEARLY_FULL";
}

/** How full the queues' Redis may be before no jobs are taken. */
const fullestRedis = 0.75;
const lookEveryMs = 500;

/** Looks at a queue and its Redis before more is put into it. */
export interface Admission {
  /** Throws `BacklogFull` or `RedisNearlyFull` if so many more jobs should not be taken. What it knows is up to half a second old. */
  check(queue: QueueName, jobs: number): Promise<void>;
}

interface Finding {
  readonly at: number;
  readonly redisShare: number;
  /** With what has been admitted since. */
  backlog: number;
}

/** Admits jobs while no more than `cap` of a queue wait; a Redis that does not answer is for the enqueue itself to tell of. */
export function createAdmission({ queues, queueRedis }: Pick<Connections, "queues" | "queueRedis">, cap: number, clock = Date.now): Admission {
  const found = new Map<QueueName, Finding>();
  const looking = new Map<QueueName, Promise<void>>();

  async function look(queue: QueueName): Promise<void> {
    try {
      const [backlog, memory] = await Promise.all([backlogOf(queues[queue]), queueRedis.info("memory")]);
      found.set(queue, { at: clock(), redisShare: shareOf(memory), backlog });
    } catch {
      found.delete(queue);
    }
    looking.delete(queue);
  }

  async function findingOf(queue: QueueName): Promise<Finding | undefined> {
    const known = found.get(queue);
    if (known && clock() - known.at <= lookEveryMs) return known;
    const pass = looking.get(queue) ?? look(queue);
    looking.set(queue, pass);
    if (!known) await pass;
    return found.get(queue);
  }

  return {
    async check(queue, jobs) {
      const finding = await findingOf(queue);
      if (!finding) return;
      const { redisShare, backlog } = finding;
      if (redisShare >= fullestRedis)
        throw new RedisNearlyFull(`the queues' Redis is ${Math.floor(redisShare * 100)} % full: nothing was stored, try again later`);
      if (backlog + jobs > cap) throw new BacklogFull(`${backlog} jobs wait in ${queue}, of at most ${cap}: try again later`);
      finding.backlog += jobs;
    },
  };
}

/** How much of its memory Redis uses; 0 if it has no limit. */
function shareOf(info: string): number {
  const number = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const most = number("maxmemory");
  return most > 0 ? number("used_memory") / most : 0;
}
