import { Job, type Queue } from "bullmq";
import type { Redis } from "ioredis";

const lookEveryMs = 1_000;
/** How long after a connection broke a worker looks for jobs that it does not know of. */
const lookForMs = 5_000;

/** The jobs under way whose lock is held by one of a worker's tokens, with that token. */
const script = `
local held = {}
for _, id in ipairs(redis.call("LRANGE", KEYS[1], 0, -1)) do
  local token = redis.call("GET", ARGV[1] .. id .. ":lock")
  if token and string.sub(token, 1, #ARGV[2]) == ARGV[2] then
    held[#held + 1] = id
    held[#held + 1] = token
  end
end
return held`;

interface Subjects {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly worker: { readonly id: string; readonly knownIds: readonly string[] };
  readonly onError: (error: Error) => void;
}

/**
 * Puts jobs back to wait that Redis has handed to this worker in an answer that was lost with the connection: nobody would
 * run them until their lock is over. One that is not known here at two looks in a row is such a job.
 */
export function watchLostAnswers({ redis, queue, worker, onError }: Subjects): { close(): void } {
  let suspects = new Map<string, string>();
  let lookUntil = 0;
  const look = async () => {
    if (Date.now() > lookUntil || redis.status !== "ready") return;
    const held = await heldJobs();
    const unknown = new Map([...held].filter(([id]) => !worker.knownIds.includes(id)));
    for (const [id, token] of unknown) {
      if (suspects.get(id) === token) await (await Job.fromId(queue, id))?.moveToWait(token);
    }
    suspects = unknown;
  };
  const heldJobs = async () => {
    const answer = (await redis.eval(script, 1, queue.toKey("active"), queue.toKey(""), `${worker.id}:`)) as string[];
    return new Map(answer.flatMap((id, index) => (index % 2 === 0 ? [[id, String(answer[index + 1])] as const] : [])));
  };
  const onClose = () => {
    lookUntil = Date.now() + lookForMs;
  };
  redis.on("close", onClose);
  const timer = setInterval(() => void look().catch(onError), lookEveryMs).unref();
  return {
    close() {
      clearInterval(timer);
      redis.off("close", onClose);
    },
  };
}
