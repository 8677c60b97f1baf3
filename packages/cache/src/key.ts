type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The template itself if each of its placeholders is a parameter, else a type that names the strangers. */
export type KeyTemplate<Template extends string, Params> =
  Exclude<Placeholders<Template>, keyof Params> extends never ? Template : { notAParameter: Exclude<Placeholders<Template>, keyof Params> };

const special = /[%:{}?&=*]/;
const everySpecial = new RegExp(special, "g");
const escapeCharacter = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/**
 * The function that writes the key of a parameter set: placeholders filled in, all other parameters that have a value
 * appended in the order of their names, so that equal sets have equal keys. Only `declared` parameters count, if these are known.
 */
export function compileKey<Params extends object>(template: string, declared?: readonly string[]): (params: Params) => string {
  const [start = "", ...pieces] = template.split(/\{([^}]+)\}/);
  const names = pieces.filter((_, index) => index % 2 === 0);
  const ends = pieces.filter((_, index) => index % 2 === 1);
  const inTemplate = new Set(names);
  const othersOf = (known: readonly string[]) => known.filter((name) => !inTemplate.has(name)).sort();
  const others = declared && othersOf(declared);
  return (params) => {
    const values = params as Record<string, unknown>;
    let key = start;
    for (let index = 0; index < names.length; index++) key += part(values[names[index] as string]) + ends[index];
    return others?.length === 0 ? key : key + appended(values, others ?? othersOf(Object.keys(values)));
  };
}

/** The parameters that have a value. */
function appended(values: Record<string, unknown>, names: readonly string[]): string {
  const given = names.filter((name) => values[name] !== undefined);
  return given.length === 0 ? "" : `?${given.map((name) => `${part(name)}=${part(values[name])}`).join("&")}`;
}

/** A value as a part of a key. `%` begins what no text can be: `null`, and lists and objects as JSON with sorted names. */
function part(value: unknown): string {
  if (typeof value === "string") return special.test(value) ? value.replace(everySpecial, escapeCharacter) : value;
  return typeof value === "object" ? `%${part(JSON.stringify(value, sortNames))}` : String(value);
}

function sortNames(_name: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
