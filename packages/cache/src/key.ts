type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The template itself if each of its placeholders is a parameter, else a type that names the strangers. */
export type KeyTemplate<Template extends string, Params> =
  Exclude<Placeholders<Template>, keyof Params> extends never ? Template : { notAParameter: Exclude<Placeholders<Template>, keyof Params> };

const special = /[%:{}?&=*]/g;
const escapeCharacter = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
const part = (value: unknown) => String(value).replace(special, escapeCharacter);

/**
 * The function that writes the key of a parameter set: placeholders filled in, all other parameters that have a value
 * appended in the order of their names, so that equal sets have equal keys.
 */
export function compileKey<Params extends object>(template: string): (params: Params) => string {
  const pieces = template.split(/\{([^}]+)\}/);
  const inTemplate = new Set(pieces.filter((_, index) => index % 2 === 1));
  return (params) => {
    const values = params as Record<string, unknown>;
    const key = pieces.map((piece, index) => (index % 2 === 1 ? part(values[piece]) : piece)).join("");
    const rest = Object.keys(values).filter((name) => !inTemplate.has(name) && values[name] !== undefined);
    if (rest.length === 0) return key;
    return `${key}?${rest
      .sort()
      .map((name) => `${part(name)}=${part(values[name])}`)
      .join("&")}`;
  };
}
