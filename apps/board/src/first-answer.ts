import { once } from "node:events";
import { CaretakerError } from "@caretaker/contracts";
import type { createQueueRedis } from "@caretaker/engine";

/** Redis does not take the user or password: somebody must change a setting. */
class RedisRefused extends CaretakerError {
  override readonly code = "REDIS_REFUSED";
}

/** Resolves when a new connection is ready or has failed for the first time. Throws `RedisRefused` if Redis does not let it in. */
export async function firstAnswer(redis: ReturnType<typeof createQueueRedis>): Promise<void> {
  try {
    await once(redis, "ready");
  } catch (cause) {
    if (!(cause instanceof Error && /NOAUTH|WRONGPASS/.test(cause.message))) return;
    throw new RedisRefused("Redis refuses the user or password: correct it in QUEUE_REDIS_URL or REDIS_URL (redis://user:password@host:port)", {
      cause,
    });
  }
}
