/** Keys or values that travel in one command. */
export const batchSize = 1_000;

/** Batches that are on their way at a time: one is made while others are sent and answered. */
const atOnce = 4;

/** Takes items in batches of a thousand, a few of them at a time, and resolves to what `work` made of each. */
export async function inBatches<T, R>(items: Iterable<T>, work: (batch: T[]) => Promise<R>): Promise<R[]> {
  const results: Promise<R>[] = [];
  const start = (batch: T[]) => {
    const result = work(batch);
    result.catch(() => {}); // thrown below
    results.push(result);
  };
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < batchSize) continue;
    start(batch);
    batch = [];
    if (results.length >= atOnce) await results[results.length - atOnce];
  }
  if (batch.length > 0) start(batch);
  return Promise.all(results);
}
