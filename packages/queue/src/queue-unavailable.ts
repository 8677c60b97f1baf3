import { CaretakerError } from "@caretaker/contracts";

/** Redis could not be reached, or would not take it: nothing was stored. */
export class QueueUnavailable extends CaretakerError {
  override readonly code = "QUEUE_UNAVAILABLE";
}

/** Redis took the command but gave no answer in time: the job may have been stored or not. */
export class OutcomeUnknown extends CaretakerError {
  override readonly code = "OUTCOME_UNKNOWN";
}

const noAnswer = /command timed out|connection is closed|socket|ECONNRESET|EPIPE/i;

/** What an error of Redis means for what was to be stored; `sent` if it had been sent by then. */
export function refuse(cause: unknown, sent: boolean): QueueUnavailable | OutcomeUnknown {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (sent && noAnswer.test(message)) return new OutcomeUnknown("Redis did not answer in time: the job may or may not have been stored", { cause });
  if (message.startsWith("OOM")) return new QueueUnavailable("the queues' Redis is full: nothing was stored, try again later", { cause });
  return new QueueUnavailable("the queues' Redis can't be reached: nothing was stored, try again", { cause });
}
