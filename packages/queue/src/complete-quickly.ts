import { moveToFinished } from "bullmq/dist/esm/scripts/moveToFinished-14.js";
import { version } from "bullmq/dist/esm/version.js";
import type { Redis } from "ioredis";
import { completeScript } from "./complete-script.ts";

/** Has BullMQ complete jobs over a connection the quick way where it can; to be called before it opens a worker there. */
export function completeQuickly(redis: Redis): void {
  const { name, content, keys } = moveToFinished;
  redis.defineCommand(`${name}:${version}`, { numberOfKeys: keys, lua: completeScript + content });
}
