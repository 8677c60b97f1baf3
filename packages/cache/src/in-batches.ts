/** Keys or values that travel in one command. */
export const batchSize = 1_000;

/** Batches that are on their way at a time: one is made while others are sent and answered. */
export const atOnce = 4;

/** Takes items in batches of a thousand, a few of them at a time, and resolves to what `work` made of each. */
export const inBatches = <T, R>(items: Iterable<T>, work: (batch: T[]) => Promise<R>): Promise<R[]> => fewAtOnce(batchesOf(items), work);

function* batchesOf<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Works on a few items at a time, pulling the next one when the oldest is done; resolves to what was made of each. */
export async function fewAtOnce<T, R>(items: Iterable<T>, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => {}); // thrown below
    results.push(result);
    if (results.length >= atOnce) await results[results.length - atOnce];
  }
  return Promise.all(results);
}
