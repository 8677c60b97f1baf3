import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { laneScripts } from "./lane-scripts.ts";

/** Whether it is a job's turn: now; later, with so many before it; or never again, since it is `done`, or has failed with an error. */
type Turn =
  | { readonly turn: "now" }
  | { readonly turn: "later"; readonly ahead: number; readonly isLast: boolean }
  | { readonly turn: "over"; readonly mark: string };

/** What a job is marked with that has done its work. */
export const doneMark = "done";

/**
 * Lines of jobs of which one runs at a time, in the order in which they joined. A lane is a sorted set of job ids in the queue's
 * Redis; a job is first once all before it have left, have ended, or are gone. Scores are Redis' time, µs, each greater than the last.
 */
export interface Lanes {
  /** Puts jobs that have not ended at the ends of their lanes, in this order; to be done before they are added to the queue. */
  join(jobs: readonly { readonly lane: string; readonly id: string }[]): Promise<void>;
  /** Asks for a job's turn; one that is in no lane joins. Whoever asks also wakes the first one, should nobody have done so. */
  enter(lane: string, id: string): Promise<Turn>;
  /** Marks a job with what came of it and wakes the next one; to be done again by who finds itself marked, since its worker may have died in between. */
  leave(lane: string, id: string, mark: string): Promise<void>;
  /** Lets a job go that was put aside while its turn came. */
  wakeIfFirst(lane: string, id: string): Promise<void>;
}

interface Scripts {
  caretakerLaneJoin(keys: 2, ...facts: string[]): Promise<unknown>;
  caretakerLaneEnter(keys: 2, ...facts: string[]): Promise<["over", string] | ["now"] | ["later", number, 0 | 1, string | null]>;
  caretakerLaneLeave(keys: 2, ...facts: string[]): Promise<string | null>;
}

/** The lanes of a queue. */
export function createLanes(queue: Queue, connection: Redis): Lanes {
  for (const [name, lua] of Object.entries(laneScripts)) connection.defineCommand(name, { lua });
  const redis = connection as Redis & Scripts;
  const keyOf = (lane: string) => queue.toKey(`lane:${lane}`);
  const facts = (lane: string, id: string) => [keyOf(lane), queue.toKey(id), id, queue.toKey("")];
  const wake = (id: string) => queue.backend.promote(id).catch(unlessAwake);
  return {
    async join(jobs) {
      await Promise.all(jobs.map(({ lane, id }) => redis.caretakerLaneJoin(2, ...facts(lane, id))));
    },
    async enter(lane, id) {
      const answer = await redis.caretakerLaneEnter(2, ...facts(lane, id));
      if (answer[0] === "over") return { turn: "over", mark: answer[1] };
      if (answer[0] === "now") return { turn: "now" };
      const [turn, ahead, isLast, asleep] = answer;
      if (asleep) await wake(asleep);
      return { turn, ahead, isLast: isLast === 1 };
    },
    async leave(lane, id, mark) {
      const asleep = await redis.caretakerLaneLeave(2, ...facts(lane, id), mark);
      if (asleep) await wake(asleep);
    },
    async wakeIfFirst(lane, id) {
      const [first] = await connection.zrange(keyOf(lane), 0, 0);
      if (first === id) await wake(id);
    },
  };
}

/** It waits or runs already, or is gone. */
function unlessAwake(error: unknown): void {
  if (!(error instanceof Error && "code" in error && (error.code === -1 || error.code === -3))) throw error;
}
