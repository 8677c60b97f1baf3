import type { Job, Queue } from "bullmq";

/** Whether a job is a part of one in its own queue, which counts it. One that a job of another queue waits for stands for itself. */
export const isPart = (job: Job): boolean => job.parent?.queueKey === job.queueQualifiedName;

/** The same by the key of its parent. */
export const isPartOf = (queue: Queue, parentKey: string | null): boolean => parentKey?.startsWith(queue.toKey("")) ?? false;
