import { Argument, type Command } from "commander";
import { completionScript, shells } from "../completion-script.ts";

/** `caretaker completion SHELL` */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "which").choices(shells))
    .addHelpText(
      "after",
      `
bash  source <(caretaker completion bash)
zsh   source <(caretaker completion zsh), after compinit
fish  caretaker completion fish >~/.config/fish/completions/caretaker.fish`,
    )
    .action((shell: (typeof shells)[number]) => void process.stdout.write(completionScript(program, shell)));
}
