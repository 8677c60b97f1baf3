import type { CacheCore } from "./cache-core.ts";
import type { Source } from "./source.ts";

/** A source's answers, one for each request; `name` is what events call it. */
export async function askSource<Context>(
  { events, clock }: Pick<CacheCore<Context>, "events" | "clock">,
  name: string,
  source: Source<unknown, unknown, Context>,
  requests: readonly unknown[],
  context: Context,
): Promise<readonly unknown[]> {
  const began = clock();
  try {
    const answers = await source.load(requests, context);
    if (answers.length !== requests.length) throw new Error(`${source.name} gave ${answers.length} answers to ${requests.length} requests`);
    events.emit("load", { entry: name, values: requests.length, ms: clock() - began });
    return answers;
  } catch (error) {
    events.emit("failure", { entry: name, tier: "source", error: error as Error });
    throw error;
  }
}
