import type { Scope } from "@caretaker/contracts";
import type { ApiKey } from "@caretaker/engine";
import type { Request, Response } from "express";
import type { z } from "zod";
import type { Deadline } from "./deadline.ts";

export type Shape = z.core.$ZodLooseShape;

/** An answer: its status, its body as JSON unless it has none, and headers of its own. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route's handler gets of a request that has passed every check. */
export interface RouteContext<Params extends Shape, Query extends Shape, Body extends z.ZodType> {
  readonly params: z.output<z.ZodObject<Params>>;
  readonly query: z.output<z.ZodObject<Query>>;
  readonly body: z.output<Body>;
  /** The key that the request was made with. */
  readonly caller: ApiKey;
  readonly deadline: Deadline;
  /** Does `work` once for the request's Idempotency-Key; what it makes under the id that it gets is made once. Without a key, there is no id. */
  once<Made>(work: (id: string | undefined) => Promise<Made>): Promise<Made>;
  readonly request: Request;
  readonly response: Response;
}

interface AnswerFacts {
  readonly about: string;
  readonly schema?: z.ZodType;
  /** The media type of an answer that is no JSON. */
  readonly type?: string;
}

/** Everything that is known of a route: the application serves it, and OpenAPI describes it, from these facts alone. */
export interface Route<Params extends Shape = Shape, Query extends Shape = Shape, Body extends z.ZodType = z.ZodType> {
  readonly operationId: string;
  readonly method: "get" | "post" | "patch" | "delete";
  /** Such as `/v1/jobs/{queue}/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** The scope that a key needs; without one, the route needs no key. */
  readonly scope?: Scope;
  /** What does not fit is a 404. */
  readonly params?: Params;
  /** What does not fit, or is not known, is a 400. Where there are no facts, the handler reads the query itself. */
  readonly query?: Query | "own";
  /** What does not fit is a 422. */
  readonly body?: Body;
  /** How the body is described, where the schema that is checked first is not all of it. */
  readonly describedBody?: () => object;
  /** A body may be left out, and is `{}` then. */
  readonly bodyOptional?: boolean;
  /** The largest body that is read; 1 unless said otherwise. */
  readonly bodyMebibytes?: number;
  /** Items of this field are checked, and answered, by the handler, one by one. */
  readonly checksOwn?: string;
  readonly answers: Readonly<Record<number, AnswerFacts>>;
  /** Statuses of problems besides those that every route has. */
  readonly problems?: readonly number[];
  /** Not in the OpenAPI document. */
  readonly undocumented?: true;
  /** Succeeds on an empty installation, once the operations before it in the document have been done. */
  readonly example?: { readonly params?: Record<string, string>; readonly query?: Record<string, unknown>; readonly body?: unknown };
  /** Resolves to the answer, or to nothing if it has answered by itself. */
  handle(context: RouteContext<Params, Query, Body>): Promise<Answer | undefined>;
}

/** Declares a route. */
export const defineRoute = <
  const Params extends Shape = Record<never, never>,
  const Query extends Shape = Record<never, never>,
  Body extends z.ZodType = z.ZodUndefined,
>(
  route: Route<Params, Query, Body>,
): Route => Object.freeze(route) as unknown as Route;
