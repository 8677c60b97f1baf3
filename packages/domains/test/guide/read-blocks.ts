/** A fenced block of a guide: a file, lines to add to one, what to type, or a program that runs in a terminal of its own. */
export type Block =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "diff"; readonly path: string; readonly text: string }
  | { readonly kind: "commands"; readonly lines: readonly string[] }
  | { readonly kind: "program"; readonly lines: readonly string[] };

const fence = /^```(\w*)\n(.*?)^```$/gms;
const named = /^(?:\/\/|--|#) (\S+)$/;
const ofItsOwn = "# in a second terminal";

/** The fenced blocks of a guide in Markdown, in order. Throws for one that says neither where it goes nor what it is. */
export const readBlocks = (markdown: string): Block[] =>
  [...markdown.matchAll(fence)].map(([, language = "", text = ""]) => readBlock(language, text));

function readBlock(language: string, text: string): Block {
  const [first = "", ...rest] = text.trimEnd().split("\n");
  if (language === "sh") return first === ofItsOwn ? { kind: "program", lines: rest } : { kind: "commands", lines: [first, ...rest] };
  const path = named.exec(first)?.[1];
  if (!path) throw new Error(`a block does not say in which file it goes: ${first}`);
  return language === "diff" ? { kind: "diff", path, text: rest.join("\n") } : { kind: "file", path, text };
}

/** A file with a block's lines added, each after those that the block has before it. Throws if it lacks one of these. */
export function applyDiff(file: string, diff: string): string {
  const lines = file.split("\n");
  let at = 0;
  for (const line of diff.split("\n")) {
    const [mark, content] = [line[0], line.slice(1)];
    if (mark === "+") lines.splice(at, 0, content);
    else if (!lines.includes(content, at)) throw new Error(`no such line: ${content}`);
    at = lines.indexOf(content, at) + 1;
  }
  return lines.join("\n");
}
