import type { Redis } from "ioredis";

/** How often it looks while it waits. */
const looks = 4;

/**
 * Cuts a connection that has given no sign of life for so long, so that its commands fail and it connects anew. (The driver's
 * own `socketTimeout` sets a timer and a listener for each command that is sent alone.)
 */
export function cutWhenSilent(redis: Redis, silentMs: number): Redis {
  redis.on("connect", () => {
    const { stream } = redis;
    let [heard, heardAt] = [-1, 0];
    const look = () => {
      const now = performance.now();
      if (stream.bytesRead !== heard) [heard, heardAt] = [stream.bytesRead, now];
      else if (now - heardAt >= silentMs) stream.destroy(new Error(`no sign of life for ${silentMs} ms`));
      redis.ping().catch(() => {});
    };
    const looking = setInterval(setImmediate, silentMs / looks, look).unref(); // what a busy process has not read yet is a sign, too
    stream.once("close", () => clearInterval(looking));
  });
  return redis;
}
