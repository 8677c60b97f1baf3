/** In a job's data once all of its children have been added: when it began, ms since 1970. */
export const plannedField = "_planned";

/** The payload in a job's data, as its producer gave it. */
export function payloadOf(data: unknown): unknown {
  if (typeof data !== "object" || data === null || !(plannedField in data)) return data ?? null;
  const { [plannedField]: _, ...payload } = data;
  return payload;
}
