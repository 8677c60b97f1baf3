import type { Logger } from "@caretaker/service";

const advice = "see that it runs, and that QUEUE_REDIS_URL (or REDIS_URL) has its host, port and password";

export interface OutageLog {
  began(error: unknown): void;
  ended(): void;
}

/** Says once that Redis is away, with what to do, and once that it is back, however often either is noticed. */
export function createOutageLog(log: Logger): OutageLog {
  let away = false;
  return {
    began(error) {
      if (!away) log.warn({ err: error }, `no connection to Redis, trying again: ${advice}`);
      away = true;
    },
    ended() {
      if (away) log.info("Redis answers again");
      away = false;
    },
  };
}
