import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import type { Route } from "../route.ts";
import type { Schemas } from "./schemas.ts";

type Json = Record<string, unknown>;

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description: "Asked again with the same key within 24 h, it is not done again, and answered as it was",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

/** A route as an operation of OpenAPI. */
export function operationOf(route: Route, schemas: Schemas): object {
  const { operationId, summary, scope, example = {} } = route;
  return {
    ...{ operationId, summary, tags: [tagOf(route.path)] },
    ...(scope ? { description: `Needs the scope \`${scope}\`.` } : { security: [] }),
    parameters: parametersOf(route, schemas),
    ...(route.body ? { requestBody: bodyOf(route, schemas, example.body) } : {}),
    responses: { ...answersOf(route, schemas), ...problemsOf(route) },
  };
}

function parametersOf({ params = {}, query = {}, method, example = {} }: Route, schemas: Schemas): object[] {
  const path = Object.entries(params).map(([name, schema]) => ({
    ...parameterOf(name, "path", schema, schemas),
    required: true,
    ...exampleOf(example.params, name),
  }));
  const named =
    query === "own"
      ? []
      : Object.entries(query).map(([name, schema]) => ({ ...parameterOf(name, "query", schema, schemas), ...exampleOf(example.query, name) }));
  const open = query === "own" && path.length > 0 ? [openQuery] : [];
  return [...path, ...named, ...open, ...(method === "post" ? [idempotencyKey] : [])];
}

function parameterOf(name: string, place: "path" | "query", schema: unknown, schemas: Schemas): Json {
  const type = schema as z.ZodType;
  return { name, in: place, required: !type.safeParse(undefined).success, schema: schemas.input(type) };
}

const openQuery = {
  name: "params",
  in: "query",
  description: "The entry's parameters, each by its name",
  style: "form",
  explode: true,
  schema: { type: "object", additionalProperties: { type: "string" } },
};

const exampleOf = (examples: Json = {}, name: string) => (name in examples ? { example: examples[name] } : {});

function bodyOf({ body, describedBody, bodyOptional }: Route, schemas: Schemas, example: unknown): object {
  const schema = describedBody ? schemas.take(describedBody()) : schemas.input(body as z.ZodType);
  return { required: !bodyOptional, content: { "application/json": { schema, example } } };
}

function answersOf({ answers }: Route, schemas: Schemas): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { about, schema, type }]) => {
      const content = schema
        ? { "application/json": { schema: schemas.output(schema) } }
        : type
          ? { [type]: { schema: { type: "string" } } }
          : undefined;
      return [status, { description: about, ...(content ? { content } : {}) }];
    }),
  );
}

/** The problems that a route can answer with: its own, and those of every route with a key. */
function problemsOf({ problems = [], scope }: Route): Json {
  const statuses = new Set([...problems, 400, ...(scope ? [401, 403, 429, 503] : [])]);
  return Object.fromEntries(
    [...statuses].sort().map((status) => [status, { $ref: "#/components/responses/Problem", description: STATUS_CODES[status] }]),
  );
}

function tagOf(path: string): string {
  const [, part = ""] = /^\/v1\/([a-z]+)/.exec(path) ?? [];
  return part ? `${part[0]?.toUpperCase()}${part.slice(1)}` : "Health";
}
