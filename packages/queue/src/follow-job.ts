import type { JobView, Progress } from "@caretaker/contracts";
import type { Queue } from "bullmq";
import type { JobFeed } from "./job-feed.ts";
import { readJob } from "./job-view.ts";

export interface FollowOptions {
  feed: JobFeed;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** Resolves to a job when it has completed or failed for good, or as it stands when `signal` fires; `undefined` if there is none. */
export async function followJob(queue: Queue, id: string, { feed, signal, onProgress }: FollowOptions): Promise<JobView | undefined> {
  for await (const { event, data } of feed.follow(queue, id, { signal })) {
    if (event === "progress") onProgress?.(data);
    if (event === "end") return data.state === "unknown" ? undefined : data;
  }
  return readJob(queue, id);
}
