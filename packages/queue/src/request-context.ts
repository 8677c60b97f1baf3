import { AsyncLocalStorage } from "node:async_hooks";
import type { Job } from "bullmq";

const requests = new AsyncLocalStorage<string>();
const acceptable = /^[\w.:-]{1,128}$/;

/** Works for a request: the jobs that `work` makes carry the request's id, and so do those that these make. */
export const forRequest = <T>(id: string, work: () => T): T => requests.run(id, work);

/** The id of the request that is being worked for, if there is one. */
export const currentRequest = (): string | undefined => requests.getStore();

/** The id of the request that a job was made for; any producer may have written it, so that it is text and short if it is one. */
export function requestOf({ opts }: Pick<Job, "opts">): string | undefined {
  const { requestId } = opts as { requestId?: unknown };
  return typeof requestId === "string" && acceptable.test(requestId) ? requestId : undefined;
}

/** A request's id as an option of a job, which BullMQ keeps as it is. */
export const requestOption = (requestId: string | undefined): { requestId?: string } => (requestId === undefined ? {} : { requestId });
