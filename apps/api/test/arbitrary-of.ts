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
  ),
);

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
  if (schema.type === "string") return texts;
  return any;
}

function objects({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const named = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema)]));
  const known = fc.record(named, { requiredKeys: required.filter((name) => name in named) });
  const others = fc.dictionary(fc.oneof(texts, fc.constantFrom("userId", "date", "attempts", "repeat")), any, { maxKeys: 3 });
  const weight = additionalProperties ? 6 : 1;
  return fc.oneof({ weight: 6, arbitrary: known }, { weight, arbitrary: fc.tuple(known, others).map(([one, more]) => ({ ...more, ...one })) });
}

const numbers = ({ minimum = -10, maximum = 1_000_000 }: JsonSchema) =>
  fc.oneof(
    fc.integer({ min: Math.ceil(Math.max(minimum, -10)), max: Math.max(Math.ceil(minimum), Math.floor(Math.min(maximum, 1_000_000))) }),
    fc.double(),
    fc.constantFrom(0, -1, 2 ** 53, -(2 ** 53), 1.5),
  );
