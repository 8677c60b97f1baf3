import type { JobContext } from "./job.ts";
import { doneMark, type Lanes } from "./lanes.ts";
import { PermanentFailure, Snoozed } from "./outcome.ts";
import { JobCancelled } from "./stop-reasons.ts";

/** Who waits for its turn looks again after this time for each one before it, ms, since the one before it may be gone without a word. */
const lookAgainMs = 5_000;
const longestMs = 300_000;
/** The last of a lane looks so often on behalf of all: who looks wakes the first one. */
const lastLooksMs = 10_000;

/**
 * Runs the work of a job when it is the first of its lane; until then the job is put aside. The others of the lane wait while it
 * is tried again, and go on once it is done, has failed for good or was cancelled. Resolves to `undefined` if it had been done
 * before, by a worker that was killed before it could say so.
 */
export async function runInTurn<Result>(lanes: Lanes, lane: string, context: JobContext<unknown>, work: () => Promise<Result>) {
  const turn = await lanes.enter(lane, context.id);
  if (turn.turn === "over") {
    await lanes.leave(lane, context.id, turn.mark);
    if (turn.mark === doneMark) return undefined;
    throw new PermanentFailure(turn.mark);
  }
  if (turn.turn === "later") {
    const ms = turn.isLast ? lastLooksMs : Math.min(longestMs, lookAgainMs * (1 + turn.ahead));
    throw new Snoozed(ms, `${turn.ahead} before it in its lane`, () => lanes.wakeIfFirst(lane, context.id));
  }
  try {
    const result = await work();
    await lanes.leave(lane, context.id, doneMark);
    return result;
  } catch (error) {
    if (isTheEnd(error, context)) await lanes.leave(lane, context.id, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function isTheEnd(error: unknown, { signal, isLastAttempt }: JobContext<unknown>): boolean {
  if (error instanceof Snoozed) return false;
  if (error instanceof PermanentFailure || signal.reason instanceof JobCancelled) return true;
  return isLastAttempt && !signal.aborted;
}
