/** How large batches are, and how fast they follow one another. */
export interface Pace {
  /** Does a batch of as many rows as is fitting now, and rests afterwards if others need the database. */
  batch<T>(signal: AbortSignal, work: (limit: number) => Promise<T>): Promise<T>;
}

/** Batches of one size without rests. */
export const steadyPace = (limit: number): Pace => ({ batch: (_signal, work) => work(limit) });
