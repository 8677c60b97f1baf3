/** A server-sent event as it was sent. */
export interface SentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** The events of an answer, until it ends; throws when nothing comes for `silenceMs`, not even a heartbeat. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<SentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), silenceMs);
      if (done) return;
      const blocks = `${text}${decoder.decode(value, { stream: true })}`.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) yield* eventOf(block);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** What a block of lines says; a comment, or one without data, says nothing. */
function eventOf(block: string): SentEvent[] {
  const lines = block.split(/\r?\n/).map((line) => /^([^:]*):? ?(.*)$/s.exec(line) ?? []);
  const last = (field: string) => lines.findLast(([, name]) => name === field)?.[2];
  const data = lines.filter(([, name]) => name === "data").map(([, , value]) => value);
  return data.length > 0 ? [{ event: last("event") ?? "message", id: last("id"), data: data.join("\n") }] : [];
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
