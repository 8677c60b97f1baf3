import { startStack } from "@caretaker/stack";
import { runTrial } from "./run-trial.ts";

/** The whole trial: 50 kills at any moment, four replicas, and a writer that never rests. */
await using stack = await startStack();
const began = performance.now();
const result = await runTrial({ ...stack, rows: 100_000, replicas: 4, kills: 50 });
process.stdout.write(`${JSON.stringify({ seconds: Math.round((performance.now() - began) / 1_000), ...result })}\n`);
process.exitCode = result.strange === 0 && result.wronglyDeleted === 0 && result.missing === result.purged ? 0 : 1;
await stack[Symbol.asyncDispose]();
process.exit();
