import { CaretakerError, type Scope } from "@caretaker/contracts";
import type { z } from "zod";
import type { Engine } from "./engine.ts";

/** What a domain's own route gets of a request that has passed every check. */
interface DomainRouteContext<Body> {
  readonly engine: Engine;
  readonly body: Body;
  /** Puts a job into its queue, once for the request's Idempotency-Key, while the request's deadline has not passed. */
  enqueue(...job: Parameters<Engine["enqueue"]>): ReturnType<Engine["enqueue"]>;
  /** Says that the answer was asked to wait: it has no deadline from here on. */
  liftDeadline(): void;
}

/** A route that a domain has beside those of the API, such as one that an older system had. Its path may not begin with `/v1`. */
export interface DomainRoute<Body = unknown> {
  readonly operationId: string;
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  /** The scope that a key needs. */
  readonly scope: Scope;
  /** What does not fit is a 422. */
  readonly body?: z.ZodType<Body>;
  readonly answers: Readonly<Record<number, { readonly about: string; readonly schema: z.ZodType }>>;
  /** Statuses of problems besides those that every route has. */
  readonly problems?: readonly number[];
  /** A body that succeeds on an empty installation. */
  readonly example?: { readonly body: unknown };
  handle(context: DomainRouteContext<Body>): Promise<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>;
}

/** Declares a route of a domain. */
export const defineDomainRoute = <Body = undefined>(route: DomainRoute<Body>): DomainRoute => Object.freeze(route) as unknown as DomainRoute;

/** A job whose end a caller waited for did not do what it was asked for; the message says why. */
export class JobFailed extends CaretakerError {
  override readonly code = "JOB_FAILED";
}

/** A job had not ended when the time to wait for it was over. */
export class JobUnfinished extends CaretakerError {
  override readonly code = "JOB_UNFINISHED";
}
