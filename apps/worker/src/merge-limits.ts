import type { QueueName } from "@caretaker/contracts";
import type { QueueLimits } from "@caretaker/engine";

/** Limits of several kinds as those of each queue. */
export function mergeLimits(...kinds: readonly ReadonlyMap<QueueName, QueueLimits>[]): ReadonlyMap<QueueName, QueueLimits> {
  const merged = new Map<QueueName, QueueLimits>();
  for (const [queue, limits] of kinds.flatMap((kind) => [...kind])) merged.set(queue, { ...merged.get(queue), ...limits });
  return merged;
}
