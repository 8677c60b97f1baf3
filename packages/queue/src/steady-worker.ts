import { setTimeout as pause } from "node:timers/promises";
import { type Job, Worker } from "bullmq";

const retryAfterMs = 500;

/** BullMQ's worker, which asks again in half a second when Redis refuses to hand out jobs (full, read-only): BullMQ itself asks at once, for ever. */
export class SteadyWorker extends Worker {
  /** The jobs that this worker runs. */
  get knownIds(): string[] {
    return this.lockManager.getTrackedJobIds();
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      if (!this.closing) await pause(retryAfterMs);
      throw error;
    }
  }
}
