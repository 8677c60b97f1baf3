#!/usr/bin/env node
import { PayloadInvalid, TimingRefused } from "@caretaker/engine";
import { runProgram } from "@caretaker/service";
import { type Command, CommanderError, InvalidArgumentError } from "commander";
import { noteCommand } from "./note-command.ts";
import { createProgram } from "./program.ts";

const usageError = 2;

let command: Command | undefined;
const program = createProgram((running) => {
  command = running;
});

await runProgram(async () => {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof InvalidArgumentError || error instanceof PayloadInvalid || error instanceof TimingRefused) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = usageError;
    } else if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? 0 : usageError; // it has said why
    else throw error;
  }
});
if (command && process.exitCode !== usageError) await noteCommand(command, Number(process.exitCode ?? 0));
process.exit();
