import type { z } from "zod";
import type { ArchiveResult, archivePayload } from "./archive.ts";
import type { CleanupResult, cleanupPayload } from "./cleanup.ts";
import type { QueueName } from "./queue-name.ts";
import type { WarmupResult, warmupPayload } from "./warmup.ts";

/** What a caller writes for a job of a queue, and what comes of it. */
interface JobKinds {
  warmup: { payload: z.input<typeof warmupPayload>; result: WarmupResult };
  cleanup: { payload: z.input<typeof cleanupPayload>; result: CleanupResult };
  archive: { payload: z.input<typeof archivePayload>; result: ArchiveResult };
}

interface AnyKind {
  payload: Record<string, unknown>;
  result: unknown;
}

type KindOf<Queue extends QueueName> = Queue extends keyof JobKinds ? JobKinds[Queue] : AnyKind;

/** The payload of a queue's jobs as a caller writes it, defaults left out. */
export type PayloadOf<Queue extends QueueName> = KindOf<Queue>["payload"];
/** What a job of a queue results in when it completes. */
export type ResultOf<Queue extends QueueName> = KindOf<Queue>["result"];
