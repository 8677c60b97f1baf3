export interface TimedRead {
  readonly cache: string;
  readonly ms: number;
}

/** Reads a user's analytics over HTTP; `cold` asks for the source instead of the cache. */
export async function timedRead(apiUrl: string, key: string, userId: number, { cold }: { cold: boolean }): Promise<TimedRead> {
  const began = performance.now();
  const answer = await fetch(`${apiUrl}/v1/entries/learning/session-analytics?userId=${userId}`, {
    headers: { Authorization: `Bearer ${key}`, ...(cold ? { "Cache-Control": "no-cache" } : {}) },
  });
  if (!answer.ok) throw new Error(`reading user ${userId} was answered with ${answer.status}: ${await answer.text()}`);
  await answer.json();
  return { cache: answer.headers.get("x-cache") ?? "?", ms: performance.now() - began };
}
