import fc from "fast-check";

interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

const any = fc.jsonValue({ maxDepth: 4 });
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "0",
    "1h",
    "5m",
    "*/5 * * * *",
    "UTC",
    "2026-03-29T01:30:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-01-01",
    "__proto__",
    "learning",
    "learning.example",
    "99999999d",
    "wait",
    "meta",
    "2026-01-01T00:00:00Z_9999999999999999999",
    "2026-01-01T00:00:00Z_------------------------------------",
  ),
);

/** A document with what it refers to in the places where it does. */
export function inlined<Document>(document: Document): Document {
  const partAt = (ref: string) =>
    ref
      .split("/")
      .slice(1)
      .reduce((part: unknown, name) => (part as Record<string, unknown>)[name], document);
  const inline = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if ("$ref" in value) return inline(partAt(String(value.$ref)));
    return Array.isArray(value) ? value.map(inline) : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inline(part)]));
  };
  return inline(document) as Document;
}

/** Values of a JSON schema, and some that are beside it: what a caller could mean, and what one should not. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema) }, { weight: 1, arbitrary: any });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map(arbitraryOf));
  if (schema.type === "object") return objects(schema);
  if (schema.type === "array") return fc.array(arbitraryOf(schema.items ?? {}), { maxLength: 4 });
  if (schema.type === "integer" || schema.type === "number") return numbers(schema);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "string") return strings(schema);
  return any;
}

/** Some of these; few are as likely as many, since one that does not fit is enough to have all refused. */
export const someOf = (names: string[]): fc.Arbitrary<string[]> =>
  fc.oneof(fc.subarray(names, { maxLength: Math.min(2, names.length) }), fc.subarray(names));

/** The fields of these names. */
export const pick = <T>(all: Record<string, T>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, all[name] as T]));

function objects({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const named = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema)]));
  const needed = required.filter((name) => name in named);
  const known = someOf(Object.keys(named).filter((name) => !needed.includes(name))).chain((names) => fc.record(pick(named, [...needed, ...names])));
  const others = fc.dictionary(fc.oneof(texts, fc.constantFrom("userId", "date", "attempts", "repeat")), any, { maxKeys: 3 });
  const weight = additionalProperties ? 6 : 1;
  return fc.oneof({ weight: 6, arbitrary: known }, { weight, arbitrary: fc.tuple(known, others).map(([one, more]) => ({ ...more, ...one })) });
}

function strings({ pattern }: JsonSchema): fc.Arbitrary<string> {
  const matching = pattern === undefined ? undefined : matchingOrNone(pattern);
  return matching ? fc.oneof({ weight: 2, arbitrary: matching }, { weight: 1, arbitrary: texts }) : texts;
}

/** Nothing for a pattern that looks around. */
function matchingOrNone(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, "u"), { maxLength: 200 });
  } catch {
    return undefined;
  }
}

function numbers({ minimum = -10, maximum = 1_000_000 }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.ceil(Math.max(minimum, -10));
  const within = fc.integer({ min, max: Math.max(min, Math.floor(Math.min(maximum, 1_000_000))) });
  return fc.oneof({ weight: 3, arbitrary: within }, { weight: 1, arbitrary: fc.double() }, { weight: 1, arbitrary: oddNumbers });
}

const oddNumbers = fc.constantFrom(0, -1, 2 ** 53, -(2 ** 53), 1.5);
