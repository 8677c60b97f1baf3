const offset = 2_166_136_261;
const prime = 16_777_619;

/**
 * The function that hashes a parameter set: those of `names`, for the entry `name`, to 31 bits, by FNV-1a over characters and
 * whole numbers. Sets that are the same for their key mostly have the same hash. -1 if one is `null` or an object, or names are not known.
 */
export function compileHash<Params extends object>(name: string, names: readonly string[] | undefined): (params: Params) => number {
  if (!names) return () => -1;
  const seed = hashText(offset, name);
  return (params) => {
    const values = params as Record<string, unknown>;
    let hash = seed;
    for (let index = 0; index < names.length; index++) {
      const value = values[names[index] as string];
      if (typeof value === "number" && (value | 0) === value) hash = Math.imul(hash ^ value, prime);
      else if (typeof value === "object") return -1;
      else hash = hashText(hash, typeof value === "string" ? value : String(value));
    }
    return hash >>> 1;
  };
}

function hashText(start: number, text: string): number {
  let hash = start;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return Math.imul(hash ^ text.length, prime);
}
