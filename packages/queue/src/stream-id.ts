/** The id of an entry in a queue's stream of events: milliseconds and a number among those of one millisecond. */
export type StreamId = `${number}-${number}`;

/** Whether a text is the id of an entry. */
export const isStreamId = (text: string): text is StreamId => /^\d{1,15}-\d{1,15}$/.test(text);

/** Whether an entry comes after another one. */
export function isLater(one: StreamId, other: StreamId): boolean {
  const [ms, number] = partsOf(one);
  const [otherMs, otherNumber] = partsOf(other);
  return ms === otherMs ? number > otherNumber : ms > otherMs;
}

const partsOf = (id: StreamId) => id.split("-").map(Number) as [number, number];
