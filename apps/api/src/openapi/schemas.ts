import { z } from "zod";

type Json = Record<string, unknown>;

/** JSON schemas of what zod checks; those with a name (`meta({ id })`) are kept once, as components. */
export class Schemas {
  readonly components: Record<string, Json> = {};

  /** What is accepted: fields with defaults may be left out. */
  input(schema: z.ZodType): Json {
    return this.take(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  }

  /** What is answered. */
  output(schema: z.ZodType): Json {
    return this.take(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }));
  }

  /** A schema as it is, its named parts, or all of it, moved to the components. */
  take(schema: object): Json {
    const { $schema: _, $defs = {}, ...rest } = withRefs(schema);
    for (const [name, part] of Object.entries($defs as Record<string, Json>)) this.#name(name, part);
    return typeof rest.id === "string" ? this.#name(rest.id, rest) : rest;
  }

  #name(name: string, { id: _, ...part }: Json): Json {
    this.components[name] = part;
    return { $ref: `#/components/schemas/${name}` };
  }
}

const withRefs = (schema: object): Json => JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
