import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;

/** What can be written at a place of the command line: a command's path, or that and an option which takes a value. */
type Places = ReadonlyMap<string, readonly string[]>;

/** A script for a shell that completes what `program` takes. It has all words in it: nothing is started to complete one. */
export function completionScript(program: Command, shell: (typeof shells)[number]): string {
  const commands = new Map(commandsOf(program));
  const values = new Map([...commandPaths(program)].flatMap(([path, command]) => valuesOf(path, command)));
  return writers[shell](program.name(), commands, values);
}

function* commandPaths(command: Command, path = command.name()): Generator<[string, Command]> {
  yield [path, command];
  for (const child of command.commands) for (const name of [child.name(), ...child.aliases()]) yield* commandPaths(child, `${path} ${name}`);
}

const commandsOf = (program: Command): [string, string[]][] =>
  [...commandPaths(program)].map(([path, command]) => [
    path,
    [
      ...command.commands.map((child) => child.name()),
      ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
      ...command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []),
      "--help",
    ],
  ]);

const valuesOf = (path: string, { options }: Command): [string, string[]][] =>
  options.flatMap(({ long, argChoices }) => (argChoices ? [[`${path} ${long}`, argChoices] as [string, string[]]] : []));

const quoted = (text: string) => `'${text}'`;
const cases = (places: Places, write: (place: string, words: readonly string[]) => string) =>
  [...places].map(([place, words]) => write(quoted(place), words)).join("\n");
const known = (commands: Places) => [...commands.keys()].map(quoted);

const writers: Record<(typeof shells)[number], (name: string, commands: Places, values: Places) => string> = {
  bash: (name, commands, values) => `_${name}() {
  local place=${name} word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in ${known(commands).join("|")}) place="$place $word" ;; esac
  done
  case "$place" in
${cases(commands, (place, words) => `    ${place}) words='${words.join(" ")}' ;;`)}
  esac
  case "$place \${COMP_WORDS[COMP_CWORD-1]}" in
${cases(values, (place, words) => `    ${place}) words='${words.join(" ")}' ;;`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
`,
  zsh: (name, commands, values) => `#compdef ${name}
_${name}() {
  local place=${name} word
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in (${known(commands).join("|")}) place="$place $word" ;; esac
  done
  case "$place \${words[CURRENT-1]}" in
${cases(values, (place, words) => `    (${place}) compadd -- ${words.join(" ")}; return ;;`)}
  esac
  case "$place" in
${cases(commands, (place, words) => `    (${place}) compadd -- ${words.join(" ")} ;;`)}
  esac
  _files
}
compdef _${name} ${name}
`,
  fish: (name, commands, values) => `function __${name}_words
  set -l place ${name}
  for word in (commandline -opc)[2..]
    switch "$place $word"
      case ${known(commands).join(" ")}
        set place "$place $word"
    end
  end
  switch "$place "(commandline -opc)[-1]
${cases(values, (place, words) => `    case ${place}\n      printf '%s\\n' ${words.join(" ")}\n      return`)}
  end
  switch $place
${cases(commands, (place, words) => `    case ${place}\n      printf '%s\\n' ${words.join(" ")}`)}
  end
end
complete -c ${name} -a '(__${name}_words)'
`,
};
