import { type ChangeFollower, followChanges } from "./changes/follow-changes.ts";
import type { Connections } from "./connections.ts";
import type { Domain } from "./domain.ts";
import { handOverJobs } from "./outbox/hand-over-jobs.ts";
import { createRelay } from "./outbox/relay.ts";

/** What a process does to hand on what PostgreSQL's outboxes hold. */
export interface Relays {
  /**
   * Takes part in handing on changes to the cache and jobs to the queues, until it is disposed of. From then on this process serves
   * nothing cached that a change may have made wrong; one that does not take part serves all that is cached.
   */
  relay(): ChangeFollower;
}

const lookForJobsEveryMs = 500;

/** The relays over `connections`; `gate` is told what says whether changes are announced in time. */
export function createRelays({ db, cache, queues, gate }: Connections, domains: readonly Domain[]): Relays {
  return {
    relay() {
      const follower = followChanges({ db, cache, domains });
      const jobs = createRelay(db, {
        channel: "caretaker_jobs",
        everyMs: lookForJobsEveryMs,
        async pass() {
          while ((await handOverJobs(db, queues)) > 0);
        },
        onFailure: (error) => follower.events.emit("delayed", error),
      });
      gate.isCurrent = () => follower.isCurrent;
      return {
        events: follower.events,
        ready: follower.ready,
        get isCurrent() {
          return follower.isCurrent;
        },
        async [Symbol.asyncDispose]() {
          await Promise.all([follower, jobs].map((part) => part[Symbol.asyncDispose]()));
        },
      };
    },
  };
}
