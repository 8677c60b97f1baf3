import { type ChangeFollower, followChanges } from "./changes/follow-changes.ts";
import type { Connections } from "./connections.ts";
import type { Domain } from "./domain.ts";
import type { Messages } from "./messages/messages.ts";
import { handOverJobs } from "./outbox/hand-over-jobs.ts";
import { handOverMessages } from "./outbox/hand-over-messages.ts";
import { createRelay } from "./outbox/relay.ts";
import type { HandedOver } from "./outbox/set-aside.ts";

/** What a process does to hand on what PostgreSQL's outboxes hold. */
export interface Relays {
  /**
   * Takes part in handing on changes to the cache, and jobs and messages to the queues, until it is disposed of. From then on this process serves
   * nothing cached that a change may have made wrong; one that does not take part serves all that is cached.
   */
  relay(): ChangeFollower;
}

const lookForJobsEveryMs = 500;

/** The relays over `connections`; `gate` is told what says whether changes are announced in time. */
export function createRelays({ db, cache, queues, gate }: Connections, domains: readonly Domain[], publish: Messages["publish"]): Relays {
  return {
    relay() {
      const follower = followChanges({ db, cache, domains });
      const tell = ({ rows, setAside }: HandedOver) => {
        if (setAside.length > 0) follower.events.emit("setAside", { rows: setAside });
        return rows;
      };
      const jobs = createRelay(db, {
        channel: "caretaker_jobs",
        everyMs: lookForJobsEveryMs,
        async pass() {
          while (tell(await handOverJobs(db, queues)) > 0);
          while (tell(await handOverMessages(db, publish)) > 0);
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
