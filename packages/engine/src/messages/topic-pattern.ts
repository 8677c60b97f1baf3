const patternText = /^([\w-]+|\*)(\.([\w-]+|\*))*(\.>)?$|^>$/;

/** Tells whether a topic fits a pattern, in which `*` stands for one word and a last `>` for one or more. Throws a `RangeError` on what is no pattern. */
export function topicMatcher(pattern: string): (topic: string) => boolean {
  if (!patternText.test(pattern)) throw new RangeError(`${pattern} is no pattern such as user.* or admin.>`);
  const words = pattern.split(".");
  const isOpen = words.at(-1) === ">";
  const fixed = isOpen ? words.slice(0, -1) : words;
  return (text) => {
    const given = text.split(".");
    if (isOpen ? given.length <= fixed.length : given.length !== fixed.length) return false;
    return fixed.every((word, index) => word === "*" || word === given[index]);
  };
}
