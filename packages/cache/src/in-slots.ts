import { batchSize, inBatches } from "./in-batches.ts";
import { slotTag } from "./slot-of.ts";

/** Takes items whose keys share a slot together, in batches, and resolves to what `work` made of each, in their order. */
export async function inSlots<T, R>(items: readonly T[], keyOf: (item: T) => string, work: (batch: T[]) => Promise<readonly R[]>): Promise<R[]> {
  const results: R[] = [];
  const slots = [...Map.groupBy(items.keys(), (index) => slotTag(keyOf(items[index] as T))).values()];
  const groups = slots.flatMap((indexes) =>
    Array.from({ length: Math.ceil(indexes.length / batchSize) }, (_, part) => indexes.slice(part * batchSize, (part + 1) * batchSize)),
  );
  await inBatches(groups, (batch) =>
    Promise.all(
      batch.map(async (indexes) => {
        const made = await work(indexes.map((index) => items[index] as T));
        for (const [position, index] of indexes.entries()) results[index] = made[position] as R;
      }),
    ),
  );
  return results;
}
