/** Whether a text matches a pattern of Redis: `*` any text, `?` any character, `[…]` one of some, `\` takes the next as it is. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/\\(.)|\[(\^?)((?:\\.|[^\]])+)\]|([*?])|([.+^${}()|\\[\]])/gs, (_, escaped, not, set, wild, special) => {
    if (escaped !== undefined) return escapeForRegExp(escaped);
    if (set !== undefined) return `[${not}${set.replaceAll("[", "\\[")}]`;
    if (wild !== undefined) return wild === "*" ? ".*" : ".";
    return `\\${special}`;
  });
  const expression = new RegExp(`^${source}$`, "s");
  return (text) => expression.test(text);
}

const escapeForRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
