import { runTrial } from "./run-trial.ts";

/** The whole trial of the fence: 200,000 operations in peace, and as many while Redis is killed and connections are cut. */
let stale = 0;
for (const chaos of [false, true]) {
  const began = performance.now();
  const result = await runTrial({ operations: 200_000, chaos, seed: Date.now() % 1_000_000 });
  process.stdout.write(`${JSON.stringify({ chaos, seconds: Math.round((performance.now() - began) / 1_000), ...result })}\n`);
  stale += result.stale;
}
process.exit(stale === 0 ? 0 : 1);
